/**
 * Back and forward between an exercise and its result stay in one document, whichever of the two it was loaded for: what
 * belongs to the address is loaded anew.
 */

const { pathname } = location;

addEventListener("popstate", () => {
  if (location.pathname !== pathname) location.reload();
});
