const page = document.getElementById("swagger-ui");

globalThis.SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  deepLinking: true,
  validatorUrl: null,
});
