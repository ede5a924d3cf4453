/* The desk's keyboard, the search in a list and the large picture. Every page works without this file. */
(function () {
  'use strict';
  var d = document, $ = function (id) { return d.getElementById(id); };
  d.documentElement.classList.add('js');
  var rows = $('rows'), find = $('find'), none = $('none'), help = $('help'), large = $('large');
  function open(dialog) { if (dialog.showModal) dialog.showModal(); else dialog.setAttribute('open', ''); }
  function links() {
    return rows ? Array.prototype.filter.call(rows.querySelectorAll('a'), function (a) { return !a.parentNode.hidden; }) : [];
  }
  function move(by) {
    var all = links(), i = all.indexOf(d.activeElement);
    if (i < 0) i = all.findIndex(function (a) { return a.hasAttribute('aria-current'); });
    var a = all[Math.max(0, Math.min(all.length - 1, i + by))];
    if (a) a.focus();
  }
  d.addEventListener('keydown', function (e) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
    if (typing && e.key === 'Escape') e.target.blur();
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'j') move(1);
    else if (e.key === 'k') move(-1);
    else if (e.key === '?' && help) open(help);
    else if (e.key === '/' && find) { e.preventDefault(); find.focus(); find.select(); }
  });
  if (find && rows) find.addEventListener('input', function () {
    var q = find.value.trim().toLowerCase(), left = 0;
    Array.prototype.forEach.call(rows.children, function (li) {
      li.hidden = q && li.textContent.toLowerCase().indexOf(q) < 0;
      if (!li.hidden) left++;
    });
    none.hidden = left > 0;
  });
  d.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('[data-large]');
    if (!a || !large || !large.showModal || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    var img = large.querySelector('img'), small = a.querySelector('img');
    img.src = a.href;
    img.alt = small ? small.alt : '';
    open(large);
  });
  if (large) large.addEventListener('click', function (e) { if (e.target === large) large.close(); });
  /* Emergencies: asked for every fifteen seconds. The sound is off until somebody presses the button, and stays as it was left. */
  var alarm = $('alarm');
  if (alarm && window.fetch) (function () {
    var button = $('alarm-sound'), sound = null, kept = 'desk.sound';
    function wanted() { try { return localStorage.getItem(kept) === '1'; } catch (e) { return button.getAttribute('aria-pressed') === 'true'; } }
    function show() { button.setAttribute('aria-pressed', wanted()); }
    function ring() {
      if (!sound || !wanted()) return;
      var o = sound.createOscillator(), g = sound.createGain(), t = sound.currentTime;
      o.frequency.value = 740;
      g.gain.setValueAtTime(.2, t);
      g.gain.exponentialRampToValueAtTime(.001, t + .8);
      o.connect(g);
      g.connect(sound.destination);
      o.start(t);
      o.stop(t + .8);
    }
    function wake() { var A = window.AudioContext || window.webkitAudioContext; if (!sound && A && wanted()) sound = new A(); if (sound && sound.resume) sound.resume(); }
    d.addEventListener('click', wake); /* browsers let a page sound only after a press */
    button.addEventListener('click', function () {
      var on = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', on);
      try { localStorage.setItem(kept, on ? '1' : '0'); } catch (e) { /* kept for this page only */ }
      wake();
      if (on) ring();
    });
    show();
    function ask() {
      fetch(alarm.getAttribute('data-from'), { credentials: 'same-origin', redirect: 'error' }).then(function (r) { return r.ok ? r.json() : null; }).then(function (a) {
        if (!a) return;
        var before = +alarm.getAttribute('data-count');
        alarm.setAttribute('data-count', a.count);
        if ($('alarm-text').textContent !== a.text) $('alarm-text').textContent = a.text;
        alarm.hidden = a.count === 0;
        if (a.count > before) ring();
      }).catch(function () { /* the network is away: the next time asks again */ });
    }
    setInterval(ask, 15000);
  })();
  /* Taking down a call: Enter never sends half a form, Ctrl and Enter sends it. The codes are not left by a slip of the hand. */
  var call = $('call'), codes = $('codes');
  if (call) {
    call.addEventListener('keypress', function (e) { if (e.key === 'Enter' && e.target.tagName === 'INPUT') e.preventDefault(); });
    call.addEventListener('keydown', function (e) { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.isComposing) { e.preventDefault(); call.querySelector('.main').click(); } });
  }
  if (codes) {
    var guard = function (e) { e.preventDefault(); e.returnValue = ''; };
    addEventListener('beforeunload', guard);
    d.addEventListener('submit', function () { removeEventListener('beforeunload', guard); });
  }
  /* What takes long is asked for every two seconds until it is over. */
  (function () {
    var slow = $('jobs');
    if (!slow || !slow.hasAttribute('data-poll') || !window.fetch || !window.DOMParser) return;
    setTimeout(function again() {
      var from = slow.getAttribute('data-poll');
      if (!from) return;
      fetch(from, { credentials: 'same-origin', redirect: 'error' }).then(function (r) { return r.ok ? r.text() : ''; }).then(function (html) {
        var next = html && new DOMParser().parseFromString(html, 'text/html').getElementById('jobs');
        if (next) { slow.parentNode.replaceChild(d.adoptNode(next), slow); slow = next; }
        setTimeout(again, 2000);
      }).catch(function () { setTimeout(again, 10000); });
    }, 2000);
  })();
  /* One press, one action: a second press while the first is on its way does nothing. */
  Array.prototype.forEach.call(d.querySelectorAll('form.act, form.once'), function (f) {
    var sent = false;
    f.addEventListener('submit', function (e) { if (sent) e.preventDefault(); sent = true; });
    addEventListener('pageshow', function () { sent = false; });
  });
})();
