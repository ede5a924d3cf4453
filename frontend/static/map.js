/* The map of known places: the outline of the county and points, drawn by Leaflet. Tiles lie under them where the county has a key of Tianditu; otherwise nothing comes from elsewhere. */
(function () {
  'use strict';
  var box = document.getElementById('map'), L = window.L;
  if (!box || !L) return;
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  var map = L.map(box, { attributionControl: false, zoomControl: false, minZoom: 8, maxZoom: 16, zoomSnap: .5 }), all = [];
  L.control.zoom({ zoomInTitle: box.getAttribute('data-in'), zoomOutTitle: box.getAttribute('data-out') }).addTo(map);
  var tiles = (box.getAttribute('data-tiles') || '').split(' ').filter(Boolean);
  tiles.forEach(function (address) { L.tileLayer(address, { subdomains: '01234567', maxZoom: 16 }).addTo(map); });
  box.getAttribute('data-outline').split(';').forEach(function (ring) {
    var points = ring.split(' ').map(function (p) { var c = p.split(','); return [+c[1], +c[0]]; });
    if (points.length > 2) all.push(L.polygon(points, { color: colour('--line-strong'), weight: 2, fillColor: colour('--card'), fillOpacity: tiles.length ? 0 : 1, interactive: false }).addTo(map));
  });
  Array.prototype.forEach.call(document.querySelectorAll('#points li'), function (li) {
    var site = li.hasAttribute('data-site');
    var dot = L.circleMarker([+li.getAttribute('data-lat'), +li.getAttribute('data-lon')], { radius: site ? 7 : 4, color: colour(site ? '--ember' : '--pine'), weight: 2, fillOpacity: .5 });
    dot.bindPopup(li.cloneNode(true)).addTo(map);
    all.push(dot);
  });
  if (all.length) map.fitBounds(L.featureGroup(all).getBounds(), { padding: [16, 16] });
})();
