// Lets the client of Code for America do everything it can: node drive.js DISCOVERY KEY. It prints what came back as one JSON object.
'use strict';
const Open311 = require(process.env.OPEN311_MODULES + '/open311');
const [discovery, apiKey] = process.argv.slice(2);
const client = new Open311({ discovery, apiKey, jurisdiction: '141128' });
const ask = (method, ...args) => new Promise((resolve, reject) => {
  client[method](...args, (err, data) => (err ? reject(new Error(method + ': ' + err + ' ' + JSON.stringify(data))) : resolve(data)));
});
const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

(async () => {
  const out = {};
  out.discovery = await ask('serviceDiscovery', { cache: true });
  out.services = await ask('serviceList');
  out.definition = await ask('serviceDefinition', out.services[0].service_code);
  out.requests = await ask('serviceRequests', { status: 'closed' });
  out.request = await ask('serviceRequest', out.requests[0].service_request_id);
  out.several = await ask('serviceRequests', out.requests.map(r => r.service_request_id));
  out.submitted = await ask('submitRequest', {
    service_code: out.services[0].service_code, address_string: '大武镇店坪村', description: '夜里有刺鼻的味道', attributes: { SIGNS: 's_smell_sharp' }
  });
  for (let i = 0; i < 200 && !(out.token && out.token[0].service_request_id); i++) {
    if (i) await wait(100);
    out.token = await ask('token', out.submitted[0].token);
  }
  out.refused = await ask('submitRequest', { service_code: 'no.such', address_string: 'x', description: 'y' }).then(() => 'taken', e => e.message);
  console.log(JSON.stringify(out));
})().catch(e => { console.error(e.message); process.exit(1); });
