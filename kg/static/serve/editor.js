// The query editor, bound to the endpoint of this server. Nothing is completed or looked up anywhere else.
"use strict";
(() => {
  const box = document.getElementById("editor");
  const Yasgui = window.Yasgui.default || window.Yasgui.Yasgui || window.Yasgui;
  const start = [
    "PREFIX dp: <https://w3id.org/diplomatic-kg/ontology#>",
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>",
    "SELECT ?meeting ?label WHERE {",
    "  ?meeting a dp:Meeting ; rdfs:label ?label .",
    "} ORDER BY ?label LIMIT 20",
    "",
  ].join("\n");
  const endpoint = new URL("/sparql", window.location.href).href;
  Yasgui.Yasqe.defaults.autocompleters = ["variables"];
  Yasgui.Yasr.defaults.prefixes = { kg: box.dataset.base };
  const yasgui = new Yasgui(box, {
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    copyEndpointOnNewTab: true,
    populateFromUrl: false,
    persistenceId: () => "diplomatic-kg",
    yasqe: { value: box.dataset.query || start },
  });
  const tab = yasgui.getTab();
  // What an earlier visit left in the browser may name another address.
  tab.setEndpoint(endpoint);
  if (box.dataset.query) tab.setQuery(box.dataset.query);
})();
