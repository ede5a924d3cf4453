package handlers

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"qianshao/intake"
	"qianshao/notify/outcome"
	"qianshao/notify/outcome/outcometest"
	"qianshao/triage/cases"
)

// element is any XML, read by nobody's struct: what is not there cannot be overlooked.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

func (e element) names() (all []string) {
	for _, c := range e.Children {
		all = append(all, c.XMLName.Local)
	}
	return all
}

func (a answer) xml() element {
	a.t.Helper()
	if kind := a.Header().Get("Content-Type"); kind != "text/xml; charset=utf-8" {
		a.t.Errorf("content type %q", kind)
	}
	var e element
	if err := xml.Unmarshal(a.Body.Bytes(), &e); err != nil {
		a.t.Fatalf("%v:\n%s", err, a.Body)
	}
	return e
}

func (a answer) json(v any) {
	a.t.Helper()
	if kind := a.Header().Get("Content-Type"); kind != "application/json; charset=utf-8" {
		a.t.Errorf("content type %q", kind)
	}
	if err := json.Unmarshal(a.Body.Bytes(), v); err != nil {
		a.t.Fatalf("%v:\n%s", err, a.Body)
	}
}

// told publishes two outcomes and one that was withdrawn.
func (r *rig) told() {
	day := func(n int) time.Time { return r.profile.Day(r.now()).AddDate(0, 0, -n) }
	outcometest.Publish(r.t, r.engines.Docs,
		outcome.Published{ID: "k7m3q9", Day: day(3), Month: "2026-10", Town: r.profile.Towns[3].Code, Categories: []string{"c7", "c1"}, Title: "黑作坊拆了", Text: "查实了。\n拆了。", Disposals: []string{"停工"},
			FineFen: 3_500_000, Photos: []string{"p1"}},
		outcome.Published{ID: "p2x8ha", Day: day(120), Month: "2026-07", Town: r.profile.Towns[0].Code, Categories: []string{"x_dump"}, Title: "倒废水的查清了", Text: "挖走了。"},
		outcome.Published{ID: "w4n5td", Day: day(1), Withdrawn: "写得太细。"})
}

func TestOpen311TellsWhatWasPublished(t *testing.T) {
	r := newRig(t)
	r.told()

	d := r.get("/open311/discovery.xml").is(http.StatusOK).xml()
	if d.XMLName.Local != "discovery" || !reflect.DeepEqual(d.names(), []string{"changeset", "contact", "key_service", "endpoints"}) {
		t.Errorf("discovery %s %v", d.XMLName.Local, d.names())
	}
	if e := d.Children[3].Children[0]; !reflect.DeepEqual(e.names(), []string{"specification", "url", "changeset", "type", "formats"}) || e.Children[1].Text != "https://tips.example/open311/v2" || len(e.Children[4].Children) != 2 {
		t.Errorf("endpoint %+v", e)
	}
	var disc struct {
		Endpoints []struct {
			Specification, URL, Type string
			Formats                  []string
		}
	}
	r.get("/open311/discovery.json").json(&disc)
	if len(disc.Endpoints) != 1 || disc.Endpoints[0].Specification != "http://wiki.open311.org/GeoReport_v2" {
		t.Errorf("%+v", disc)
	}

	var services []map[string]any
	r.get("/open311/v2/services.json?jurisdiction_id=141128").json(&services)
	codes := map[string]bool{}
	for _, s := range services {
		codes[s["service_code"].(string)] = true
		if s["metadata"] != true || s["type"] != "batch" || len(s) != 7 {
			t.Errorf("service %v", s)
		}
	}
	for _, k := range r.profile.Categories {
		if codes[k.ID] == k.Sealed {
			t.Errorf("%s told: %t", k.ID, codes[k.ID])
		}
	}
	if x := r.get("/open311/v2/services.xml").xml(); x.XMLName.Local != "services" || len(x.Children) != len(services) || x.Children[0].XMLName.Local != "service" {
		t.Errorf("services in xml: %v", x.names())
	}

	var def struct {
		Code       string `json:"service_code"`
		Attributes []struct {
			Variable, Required          *bool
			Code, Datatype, Description string
			Order                       int
			Values                      []struct{ Key, Name string }
		}
	}
	r.get("/open311/v2/services/c1.json").json(&def)
	if def.Code != "c1" || len(def.Attributes) != 6 {
		t.Errorf("definition %+v", def)
	}
	for i, a := range def.Attributes {
		if a.Variable == nil || a.Required == nil || *a.Required || a.Order != i+1 || !strings.HasSuffix(a.Datatype, "valuelist") || len(a.Values) == 0 || a.Values[0].Key == "" {
			t.Errorf("attribute %+v", a)
		}
	}
	if x := r.get("/open311/v2/services/c1.xml").xml(); x.XMLName.Local != "service_definition" || !reflect.DeepEqual(x.names(), []string{"service_code", "attributes"}) || x.Children[1].Children[0].Children[7].Children[0].XMLName.Local != "value" {
		t.Errorf("definition in xml: %+v", x.names())
	}

	var list []map[string]any
	get := func(query string) []map[string]any {
		list = nil
		r.get("/open311/v2/requests.json" + query).is(http.StatusOK).json(&list)
		return list
	}
	if get(""); len(list) != 1 || list[0]["service_request_id"] != "k7m3q9" {
		t.Fatalf("of the last ninety days: %v", list)
	}
	one := list[0]
	if one["status"] != "closed" || one["service_code"] != "c7" || one["lat"] != nil || one["long"] != nil || one["media_url"] != "https://tips.example/outcomes/k7m3q9/p1" || !strings.HasSuffix(one["address"].(string), "方山县大武镇") || len(one) != 17 {
		t.Errorf("request %v", one)
	}
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT00:00:00\+08:00$`).MatchString(one["requested_datetime"].(string)) || one["requested_datetime"] != one["updated_datetime"] {
		t.Errorf("a time that is more exact than the day: %v", one)
	}
	old := r.now().AddDate(0, 0, -150).UTC().Format(time.RFC3339)
	for query, want := range map[string]int{"?service_code=c7,c1": 1, "?service_code=c1": 0, "?status=open": 0, "?status=open,closed": 1, "?status=": 1, "?service_request_id=p2x8ha,k7m3q9,nothing": 2,
		"?start_date=" + url.QueryEscape(old): 1, "?start_date=" + strings.Replace(old, "Z", "+00:00", 1): 1, "?service_request_id=w4n5td": 0} {
		if got := get(query); len(got) != want {
			t.Errorf("%s: %d requests, want %d", query, len(got), want)
		}
	}
	if x := r.get("/open311/v2/requests/k7m3q9.xml").is(http.StatusOK).xml(); x.XMLName.Local != "service_requests" || len(x.Children) != 1 || len(x.Children[0].Children) != 17 {
		t.Errorf("one in xml: %+v", x)
	}
	var single []map[string]any
	if r.get("/open311/v2/requests/p2x8ha.json").json(&single); len(single) != 1 {
		t.Errorf("one in json: %v", single)
	}
	if h := r.get("/open311/v2/requests.json").Header(); h.Get("Access-Control-Allow-Origin") != "*" || h.Get("ETag") == "" {
		t.Errorf("headers %v", h)
	}
}

// Whatever stands in a text comes out whole, in both formats.
func TestOpen311Escapes(t *testing.T) {
	r := newRig(t)
	title, text := "A & B <c> \"d\" 'e'", "]]> <script>alert(1)</script>\n第二段 &amp; 完"
	outcometest.Publish(t, r.engines.Docs, outcome.Published{ID: "k7m3q9", Day: r.profile.Day(r.now()).AddDate(0, 0, -1), Month: "2026-10", Town: r.profile.Towns[0].Code, Categories: []string{"c1"}, Title: title, Text: text})
	said := map[string]string{}
	for _, c := range r.get("/open311/v2/requests/k7m3q9.xml").is(http.StatusOK).xml().Children[0].Children {
		said[c.XMLName.Local] = c.Text
	}
	var list []map[string]any
	r.get("/open311/v2/requests.json").is(http.StatusOK).json(&list)
	if said["description"] != title || said["status_notes"] != text || len(list) != 1 || list[0]["description"] != title || list[0]["status_notes"] != text {
		t.Errorf("%q, %v", said, list)
	}
}

func TestOpen311SaysWhatIsWrongInItsOwnShape(t *testing.T) {
	r := newRig(t)
	r.told()
	for path, status := range map[string]int{
		"/open311/v2/requests.json?start_date=gestern": 400, "/open311/v2/requests.json?status=done": 400, "/open311/v2/requests.json?start_date=2020-01-01T00:00:00Z&end_date=2020-06-01T00:00:00Z": 400,
		"/open311/v2/requests.json?start_date=2020-02-01T00:00:00Z&end_date=2020-01-01T00:00:00Z": 400, "/open311/v2/requests.xml?jurisdiction_id=sfgov.org": 404, "/open311/v2/services/none.json": 404,
		"/open311/v2/services/x_official.json": 404, "/open311/v2/requests/none.xml": 404, "/open311/v2/requests/w4n5td.json": 404, "/open311/v2/tokens/AAAA.json": 404, "/open311/v2/requests/k7m3q9": 404,
		"/open311/v2/nothing.xml": 404, "/open311/v2/requests.json?service_code=c7,no.such": 404, "/open311/v2/requests.json?service_request_id=" + strings.Repeat("a,", 60): 400,
	} {
		a := r.get(path).is(status)
		if strings.HasSuffix(strings.Split(path, "?")[0], ".xml") {
			if x := a.xml(); x.XMLName.Local != "errors" || !reflect.DeepEqual(x.Children[0].names(), []string{"code", "description"}) {
				t.Errorf("%s: %s", path, a.Body)
			}
			continue
		}
		var errs []struct {
			Code        int
			Description string
		}
		a.json(&errs)
		if len(errs) != 1 || errs[0].Code != status || errs[0].Description == "" {
			t.Errorf("%s: %+v", path, errs)
		}
	}
}

// fours is a code as it is read out.
var fours = regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`)

func (r *rig) hand(suffix string, f url.Values, id string) answer {
	r.t.Helper()
	req := request("POST", "/open311/v2/requests"+suffix, strings.NewReader(f.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		req.Header.Set("Idempotency-Key", id)
	}
	return r.do(req)
}

func TestAGatewayHandsInATip(t *testing.T) {
	r := newRig(t)
	r.work()
	key, err := r.gateways.Add(t.Context(), "12345-lvliang", "吕梁市12345")
	if err != nil {
		t.Fatal(err)
	}
	village := r.profile.Villages[3]
	f := url.Values{"api_key": {key}, "service_code": {"c7"}, "address_id": {village.Code}, "address_string": {"村口养鸡场后面"}, "description": {"夜里有刺鼻的味道，有罐车进出。"}, "attribute[SIGNS][]": {"s_smell_sharp", "s_tanker"},
		"attribute[NOW]": {r.profile.Now[0].ID}, "attribute[REWARD]": {"yes"}, "first_name": {"王二麻子"}, "phone": {"13800000000"}, "device_id": {"abc"}, "media_url": {""}}
	var got []struct {
		Token  string `json:"token"`
		ID     string `json:"service_request_id"`
		Notice string `json:"service_notice"`
	}
	r.hand(".json", f, "call-1").is(http.StatusCreated).json(&got)
	if len(got) != 1 || got[0].Token == "" || got[0].ID != "" {
		t.Fatalf("%+v", got)
	}
	codes := fours.FindAllString(got[0].Notice, -1)
	if len(codes) != 2 {
		t.Fatalf("the caller's codes are not in %q", got[0].Notice)
	}
	token := got[0].Token

	// The caller finds the tip with the code; nothing of who called is in it.
	tip := r.tipOf(strings.ReplaceAll(codes[0], " ", ""))
	opened, err := r.intake.Open(t.Context(), tip)
	if err != nil {
		t.Fatal(err)
	}
	rep := opened.Report
	if rep.Channel != "gateway" || rep.Village != village.Code || rep.Town != village.Town || rep.Where != "村口养鸡场后面" || !strings.Contains(rep.Words, "刺鼻") || !strings.Contains(rep.Words, "藏在废厂") || len(rep.Signs) != 2 || rep.Now != r.profile.Now[0].ID {
		t.Errorf("%+v", rep)
	}
	if all := rep.Words + rep.Where; strings.Contains(all, "王二麻子") || strings.Contains(all, "1380") {
		t.Errorf("who called is in the tip: %s", all)
	}
	if log := r.log.String(); strings.Contains(log, key) || strings.Contains(log, "刺鼻") || strings.Contains(log, token) || strings.Contains(log, strings.ReplaceAll(codes[0], " ", "")) {
		t.Error("the log holds what was handed in")
	}

	// The same again is the same tip, also in the other format.
	again := r.hand(".xml", f, "call-1").is(http.StatusCreated).xml()
	if again.XMLName.Local != "service_requests" || !reflect.DeepEqual(again.Children[0].names(), []string{"token", "service_notice"}) || !strings.Contains(again.Children[0].Children[1].Text, codes[0]) {
		t.Errorf("%+v", again)
	}
	r.advance(time.Hour)
	got = nil
	r.hand(".json", f, "call-1").is(http.StatusCreated).json(&got)
	if fours.MatchString(got[0].Notice) {
		t.Error("the codes are shown an hour later")
	}
	r.hand(".json", f, "").is(http.StatusCreated).json(&got)
	if code := fours.FindString(got[0].Notice); code == "" || code == codes[0] {
		t.Error("without an id of its own, a second tip is not another one")
	}

	// The token gives an id once the worker has it, the same for the same tip, and that leads to nothing that is public.
	id := ""
	r.until("the token has an id", func() bool {
		got = nil
		r.get("/open311/v2/tokens/" + token + ".json").is(http.StatusOK).json(&got)
		id = got[0].ID
		return id != ""
	})
	if got[0].Notice != "" || got[0].Token != token {
		t.Errorf("%+v", got)
	}
	if x := r.get("/open311/v2/tokens/" + again.Children[0].Children[0].Text + ".xml").xml(); x.Children[0].Children[0].Text != id {
		t.Errorf("the second token names another request: %+v", x)
	}
	r.get("/open311/v2/requests/" + id + ".json").is(http.StatusNotFound)
	if k, err := r.cases.ByTip(t.Context(), tip); err != nil || strings.Contains(id, k.ID) || strings.Contains(id, string(tip)) {
		t.Errorf("id %s of case %v: %v", id, k.ID, err)
	}
	if duty, err := r.cases.ByTip(t.Context(), tip); err != nil || duty.Tips[0].Channel != "gateway" {
		t.Errorf("channel %v", err)
	}
	entries, err := r.custody.Read(t.Context(), "tip/"+string(tip))
	if err != nil || len(entries) == 0 || entries[0].Actor != "gateway:12345-lvliang" {
		t.Errorf("custody %v %v", entries, err)
	}
}

func TestOnlyAKeyOpensTheDoorOfTheGateways(t *testing.T) {
	r := newRig(t)
	key, err := r.gateways.Add(t.Context(), "other", "别的平台")
	if err != nil {
		t.Fatal(err)
	}
	f := url.Values{"service_code": {"c1"}, "address_string": {"村口"}, "description": {"有味"}}
	for _, bad := range []string{"", "other", "other.", "other." + strings.Repeat("A", 26), "nobody." + key[6:], strings.ToUpper(key), key + " "} {
		f.Set("api_key", bad)
		r.hand(".json", f, "").is(http.StatusForbidden)
	}
	f.Set("api_key", key)
	r.hand(".json", f, "").is(http.StatusCreated)
	if err := r.gateways.Disable(t.Context(), "other"); err != nil {
		t.Fatal(err)
	}
	r.hand(".json", f, "").is(http.StatusForbidden)
	if n, err := r.cases.Count(t.Context(), cases.Actor{Role: cases.Duty, Unit: "safety_committee"}, cases.All); err != nil || n != 0 {
		t.Errorf("%d cases without a worker, %v", n, err)
	}
	for range 20 {
		f.Set("api_key", "other."+strings.Repeat("B", 26))
		r.hand(".json", f, "")
	}
	r.hand(".xml", f, "").is(http.StatusTooManyRequests)
	right, err := r.gateways.Add(t.Context(), "neighbour", "同一个网络里的平台")
	if err != nil {
		t.Fatal(err)
	}
	f.Set("api_key", right)
	r.hand(".json", f, "").is(http.StatusCreated)
}

// TestNoKeyStandsInAnAddress refuses one, right or wrong, and the words of a tip there as well; whatever is answered, the log holds nothing of either.
func TestNoKeyStandsInAnAddress(t *testing.T) {
	r := newRig(t)
	key, err := r.gateways.Add(t.Context(), "gw", "平台")
	must(t, err)
	const words = "夜里有罐车"
	tip := url.Values{"service_code": {"c1"}, "address_string": {"村口"}, "description": {words}}
	withKey := url.Values{"api_key": {key}}
	for k, v := range tip {
		withKey[k] = v
	}
	for name, c := range map[string]struct {
		address, body url.Values
		status        int
	}{
		"the key":          {url.Values{"api_key": {key}}, tip, http.StatusBadRequest},
		"another key":      {url.Values{"api_key": {"gw." + strings.Repeat("A", 26)}}, tip, http.StatusBadRequest},
		"the key in both":  {url.Values{"api_key": {key}}, withKey, http.StatusBadRequest},
		"the words":        {url.Values{"description": {words}}, withKey, http.StatusBadRequest},
		"the jurisdiction": {url.Values{"jurisdiction_id": {"141128"}}, withKey, http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			a := r.hand(".json?"+c.address.Encode(), c.body, "").is(c.status)
			if strings.Contains(a.Body.String(), key) || strings.Contains(a.Body.String(), words) {
				t.Errorf("the answer repeats it: %s", a.Body.String())
			}
		})
	}
	r.get("/open311/v2/requests.json?api_key=" + key).is(http.StatusOK) // reading needs none
	for _, secret := range []string{key, url.QueryEscape(key), "api_key", words, url.QueryEscape(words)} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestAnIdempotencyKeyIsGoodForOneTip(t *testing.T) {
	r := newRig(t)
	key, err := r.gateways.Add(t.Context(), "gw", "平台")
	if err != nil {
		t.Fatal(err)
	}
	form := func(words, phone string, files ...[]byte) answer {
		f := newForm("api_key", key, "service_code", "c1", "address_string", "村口", "description", words, "phone", phone)
		for _, file := range files {
			f.file("media", "a.jpg", file)
		}
		if err := f.w.Close(); err != nil {
			t.Fatal(err)
		}
		req := request("POST", "/open311/v2/requests.json", &f.b)
		req.Header.Set("Content-Type", f.w.FormDataContentType())
		req.Header.Set("Idempotency-Key", "call-1")
		return r.do(req)
	}
	same := photo(t)
	first := fours.FindString(form("有味", "1", same).is(http.StatusCreated).Body.String())
	if again := fours.FindString(form("有味", "1", same).is(http.StatusCreated).Body.String()); first == "" || again != first {
		t.Errorf("the same again is answered with %q, first %q", again, first)
	}
	for name, other := range map[string]answer{"words": form("罐车", "1", same), "caller": form("有味", "2", same), "no photo": form("有味", "1"), "photo": form("有味", "1", append(same, 0))} {
		t.Run(name, func(t *testing.T) {
			var errs []struct {
				Code        int
				Description string
			}
			if other.is(http.StatusBadRequest).json(&errs); len(errs) != 1 || errs[0].Code != 400 || !strings.HasPrefix(errs[0].Description, "Idempotency-Key") {
				t.Errorf("%+v", errs)
			}
		})
	}
}

func TestAGatewayIsToldWhatIsWrong(t *testing.T) {
	r := newRig(t)
	key, err := r.gateways.Add(t.Context(), "gw", "平台")
	if err != nil {
		t.Fatal(err)
	}
	good := url.Values{"api_key": {key}, "service_code": {"c1"}, "address_string": {"村口"}, "description": {"有味"}}
	for name, c := range map[string]struct {
		change url.Values
		status int
		want   string
	}{
		"no service":    {url.Values{"service_code": {""}}, 400, "service_code"},
		"unknown":       {url.Values{"service_code": {"pothole"}}, 404, "service_code"},
		"sealed":        {url.Values{"service_code": {"x_official"}}, 404, "service_code"},
		"no place":      {url.Values{"address_string": {""}}, 400, "lat, long, address_string"},
		"half a place":  {url.Values{"lat": {"37.9"}}, 400, "lat, long"},
		"off the globe": {url.Values{"lat": {"370"}, "long": {"111"}}, 400, "lat, long"},
		"no number":     {url.Values{"lat": {"NaN"}, "long": {"111"}}, 400, "lat, long"},
		"no village":    {url.Values{"address_id": {"1"}}, 400, "address_id"},
		"a long story":  {url.Values{"description": {strings.Repeat("长", 4000)}}, 400, "description"},
		"an address":    {url.Values{"media_url": {"http://169.254.169.254/latest"}}, 400, "media_url"},
		"no question":   {url.Values{"attribute[COLOUR]": {"red"}}, 400, "attribute[COLOUR]"},
		"no answer":     {url.Values{"attribute[SIGNS][]": {"s_unicorn"}}, 400, "signs"},
		"two answers":   {url.Values{"attribute[NOW][]": {"a", "b"}}, 400, "attribute[NOW]"},
		"elsewhere":     {url.Values{"jurisdiction_id": {"sfgov.org"}}, 404, "jurisdiction_id"},
	} {
		t.Run(name, func(t *testing.T) {
			f := url.Values{}
			for k, v := range good {
				f[k] = v
			}
			for k, v := range c.change {
				f[k] = v
			}
			a := r.hand(".json", f, "")
			a.is(c.status)
			var errs []struct{ Description string }
			if a.json(&errs); len(errs) == 0 || !strings.HasPrefix(errs[0].Description, c.want) {
				t.Errorf("%+v", errs)
			}
		})
	}
	req := request("POST", "/open311/v2/requests.json", strings.NewReader(`{"api_key":"x"}`))
	req.Header.Set("Content-Type", "application/json")
	r.do(req).is(http.StatusBadRequest).has("x-www-form-urlencoded")
	r.hand(".json", good, strings.Repeat("x", 200)).is(http.StatusBadRequest)
}

func TestAGatewaySendsPhotos(t *testing.T) {
	r := newRig(t)
	key, err := r.gateways.Add(t.Context(), "gw", "平台")
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"api_key", key, "service_code", "c1", "address_string", "村口", "description", "有味"}
	var got []struct {
		Notice string `json:"service_notice"`
	}
	r.send("/open311/v2/requests.json", newForm(fields...).file("media", "a.jpg", photo(t)).file("media", "b.jpg", photo(t))).is(http.StatusCreated).json(&got)
	opened, err := r.intake.Open(t.Context(), r.tipOf(strings.ReplaceAll(fours.FindString(got[0].Notice), " ", "")))
	if err != nil || len(opened.Items) != 2 || opened.Items[0].Kind != intake.Photo {
		t.Errorf("%v %v", opened.Items, err)
	}
	r.send("/open311/v2/requests.json", newForm(fields...).file("media", "a.txt", []byte("nothing to see"))).is(http.StatusBadRequest)
	r.send("/open311/v2/requests.json", newForm(fields[:4]...).file("media", "a.jpg", photo(t)).add(fields[4:]...)).is(http.StatusBadRequest)
	many := newForm(fields...)
	for range intake.MaxPhotos + 1 {
		many.file("media", "a.jpg", photo(t))
	}
	r.send("/open311/v2/requests.json", many).is(http.StatusBadRequest).has("照片最多")
	r.send("/open311/v2/requests.json", newForm("service_code", "c1", "address_string", "村口").file("media", "a.jpg", photo(t))).is(http.StatusForbidden)
}
