/* Boxes on a photo are drawn with the mouse or a finger; without this file one points at two corners, or writes numbers. */
(function () {
  'use strict';
  Array.prototype.forEach.call(document.querySelectorAll('.press-draw'), function (form) {
    var img = form.querySelector('[type=image]'), svg = form.querySelector('svg'), box = form.querySelector('[name=box]'), from = null, rect = null;
    function at(e) {
      var r = img.getBoundingClientRect(), k = img.getAttribute('data-width') / r.width;
      return { x: Math.round((e.clientX - r.left) * k), y: Math.round((e.clientY - r.top) * k) };
    }
    function span(e) {
      var to = at(e);
      return [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
    }
    img.addEventListener('pointerdown', function (e) {
      from = at(e);
      rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      svg.appendChild(rect);
      img.setPointerCapture(e.pointerId);
    });
    img.addEventListener('pointermove', function (e) {
      if (!from) return;
      var s = span(e);
      ['x', 'y', 'width', 'height'].forEach(function (name, i) { rect.setAttribute(name, s[i]); });
    });
    img.addEventListener('pointerup', function (e) {
      if (!from) return;
      var s = span(e);
      from = null;
      if (s[2] < 8 || s[3] < 8) { svg.removeChild(rect); return; }
      box.value = s.join(',');
      form.submit();
    });
    img.addEventListener('click', function (e) { e.preventDefault(); });
    img.addEventListener('dragstart', function (e) { e.preventDefault(); });
  });
}());
