import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "var/", "node_modules/", "static/vendor/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": "error",
      "max-lines": ["error", 200],
      "no-misleading-character-class": "off",
      "no-undef": "error",
      "no-var": "error",
      "prefer-const": "error",
      "semi": ["error", "always"],
    },
  },
  { files: ["static/**/*.js", "bench/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**/*.js", "*.config.js"], languageOptions: { globals: globals.node } },
];
