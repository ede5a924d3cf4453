/* Opens who is paid in this browser: the file with the private key is read here and sent nowhere. */
(function () {
  'use strict';
  var box = document.getElementById('payee-open'), age = window.age;
  if (!box || !age) return;
  var key = document.getElementById('payee-key'), words = document.getElementById('payee-words'), said = document.getElementById('payee-said');
  function say(name) { said.textContent = box.getAttribute('data-' + name); said.hidden = false; words.hidden = true; words.textContent = ''; }
  // What is sealed has its length in front, and is filled up behind.
  function unpad(b) { return new TextDecoder().decode(b.subarray(4, 4 + new DataView(b.buffer, b.byteOffset).getUint32(0))); }
  key.addEventListener('change', function () {
    if (!key.files.length) return;
    say('working');
    key.files[0].text().then(function (text) {
      var found = /AGE-SECRET-KEY-1[A-Z0-9]+/.exec(text);
      key.value = '';
      if (!found) return say('nokey');
      return fetch(box.getAttribute('data-from'), { credentials: 'same-origin' }).then(function (r) {
        if (!r.ok) throw new Error('gone');
        return r.arrayBuffer();
      }).then(function (sealed) { return age.open(found[0], new Uint8Array(sealed)); }).then(function (plain) {
        words.textContent = unpad(plain).split('\n').slice(1).join('\n');
        words.hidden = false;
        said.hidden = true;
      });
    }).catch(function () { say('wrong'); });
  });
  window.addEventListener('pagehide', function () { words.textContent = ''; });
})();
