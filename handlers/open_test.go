package handlers

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/notify/numbers"
	"qianshao/notify/outcome"
	"qianshao/notify/outcome/outcometest"
	"qianshao/triage/cases"
)

func TestEverybodyReadsWhatCameOfIt(t *testing.T) {
	r := newRig(t)
	r.get("/outcomes").is(http.StatusOK).has("还没有公开的结果")
	r.told()
	list := r.get("/outcomes").is(http.StatusOK)
	if n := list.page().Find(".findings li").Length(); n != 3 {
		t.Errorf("%d outcomes, want 3", n)
	}
	list.has("黑作坊拆了").has("这一条撤下来了").has("大武镇")
	for query, want := range map[string]int{"?town=" + r.profile.Towns[3].Code: 1, "?category=x_dump": 1, "?month=2026-10": 1, "?town=nowhere": 3, "?category=x_official": 3, "?month=2020-01": 3, "?town=" + r.profile.Towns[3].Code + "&category=x_dump": 0} {
		if n := r.get("/outcomes" + query).is(http.StatusOK).page().Find(".findings li").Length(); n != want {
			t.Errorf("%s: %d outcomes, want %d", query, n, want)
		}
	}
	one := r.get("/outcomes/k7m3q9").is(http.StatusOK).has("3.5 万元").has("2026年10月").has("/outcomes/k7m3q9/p1")
	if n := one.page().Find(".finding > p:not(.meta):not(.tags)").Length(); n != 2 {
		t.Errorf("%d paragraphs", n)
	}
	gone := r.get("/outcomes/w4n5td").is(http.StatusOK).has("写得太细")
	if gone.page().Find(".finding").Length() != 0 {
		t.Error("a withdrawn outcome shows more than why")
	}
	r.get("/outcomes/nothing").is(http.StatusNotFound)
	r.get("/outcomes/k7m3q9/none").is(http.StatusNotFound)
	r.get("/outcomes?after=rubbish").is(http.StatusNotFound)
	if code := r.accept(); strings.Contains(list.Body.String(), code) {
		t.Error("a code stands in the list")
	}
}

func TestOlderOutcomesAreOnePressAway(t *testing.T) {
	r := newRig(t)
	var all []outcome.Published
	for i := range 45 {
		all = append(all, outcome.Published{ID: fmt.Sprintf("id%02d", i), Day: r.profile.Day(r.now()).AddDate(0, 0, -i), Month: "2026-10", Town: r.profile.Towns[i%2].Code, Categories: []string{"c1"}, Title: fmt.Sprintf("第%d件", i), Text: "文"})
	}
	outcometest.Publish(t, r.engines.Docs, all...)
	seen := map[string]bool{}
	pages := 0
	for path := "/outcomes?zi=1&town=" + r.profile.Towns[0].Code; path != ""; pages++ {
		d := r.get(path).is(http.StatusOK).page()
		if !d.Find("html").HasClass("zi-1") {
			t.Errorf("%s is not large", path)
		}
		for _, a := range d.Find(".findings a").EachIter() {
			seen[a.AttrOr("href", "")] = true
		}
		path = d.Find("a.alt:contains('更早的')").AttrOr("href", "")
	}
	if len(seen) != 23 || pages != 2 || !seen["/outcomes/id44?zi=1"] {
		t.Errorf("%d outcomes of one town on %d pages", len(seen), pages)
	}
}

func TestFeeds(t *testing.T) {
	r := newRig(t)
	r.told()
	a := r.get("/outcomes.atom").is(http.StatusOK)
	if kind := a.Header().Get("Content-Type"); kind != "application/atom+xml; charset=utf-8" {
		t.Errorf("content type %q", kind)
	}
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Entries []struct {
			ID         string `xml:"id"`
			Title      string `xml:"title"`
			Updated    string `xml:"updated"`
			Content    string `xml:"content"`
			Categories []struct {
				Term string `xml:"term,attr"`
			} `xml:"category"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(a.Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if feed.ID != "tag:tips.example,2026:141128/outcomes" || feed.Author == "" || len(feed.Entries) != 3 {
		t.Errorf("%+v", feed)
	}
	ids := map[string]string{}
	for _, e := range feed.Entries {
		if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || e.Title == "" || e.Content == "" {
			t.Errorf("%+v: %v", e, err)
		}
		ids[e.ID] = e.Content
	}
	if ids["tag:tips.example,2026:141128/outcomes/w4n5td"] != "写得太细。" {
		t.Errorf("the withdrawn entry lost its id or its reason: %v", ids)
	}
	var out struct {
		Outcomes []map[string]any
	}
	r.get("/outcomes.json").is(http.StatusOK).json(&out)
	if len(out.Outcomes) != 3 || out.Outcomes[1]["fine_yuan"] != 35000.0 || out.Outcomes[0]["withdrawn"] == nil || out.Outcomes[0]["title"] != nil {
		t.Errorf("%v", out.Outcomes)
	}
}

func TestAFeedTellsWhenAnOutcomeWasTakenDown(t *testing.T) {
	r := newRig(t)
	y, m, d := r.now().In(r.profile.Zone).Date()
	day := func(ago int) time.Time { return time.Date(y, m, d-ago, 0, 0, 0, 0, r.profile.Zone) }
	outcometest.Publish(t, r.engines.Docs, outcome.Published{ID: "stands", Day: day(3), Title: "在", Text: "在。"},
		outcome.Published{ID: "sameday", Day: day(4), Withdrawn: "错了。", Taken: day(4)}, outcome.Published{ID: "later", Day: day(9), Withdrawn: "错了。", Taken: day(1)})
	var feed struct {
		Updated time.Time `xml:"updated"`
		Entries []struct {
			ID        string    `xml:"id"`
			Published time.Time `xml:"published"`
			Updated   time.Time `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(r.get("/outcomes.atom").is(http.StatusOK).Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Updated.Before(day(1)) || len(feed.Entries) != 3 {
		t.Errorf("the feed changed at %v", feed.Updated)
	}
	for _, e := range feed.Entries {
		if taken := !strings.HasSuffix(e.ID, "stands"); e.Updated.After(e.Published) != taken {
			t.Errorf("%s: published %v, changed %v", e.ID, e.Published, e.Updated)
		}
	}
}

func TestAProgramThatAsksForNoPageIsAnsweredInItsLanguage(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/outcomes.json?after=xx", "/outcomes.atom?after=abc"} {
		var e struct{ Error string }
		if r.get(path).is(http.StatusBadRequest).json(&e); !strings.Contains(e.Error, "after") {
			t.Errorf("%s: %q", path, e.Error)
		}
	}
}

func TestLargeTypeKeepsWhatANumberIsOf(t *testing.T) {
	r := newRig(t)
	months := map[numbers.Kind]int{{Town: r.profile.Towns[0].Code, Category: "c1"}: 7}
	if err := r.numbers.Tell(t.Context(), numbers.Impact{Tips: 65}, months, months); err != nil {
		t.Fatal(err)
	}
	d := r.get("/numbers?town=" + r.profile.Towns[0].Code).is(http.StatusOK).page()
	older := d.Find("table.bars").First().Find("a").First().AttrOr("href", "")
	large := r.get(older).is(http.StatusOK).page().Find(".zi a").Last().AttrOr("href", "")
	asked, err := url.Parse(older)
	if err != nil {
		t.Fatal(err)
	}
	got, err := url.Parse(large)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"month", "town"} {
		if want := asked.Query().Get(name); want == "" || got.Query().Get(name) != want {
			t.Errorf("%s: %s leads to %s", name, older, large)
		}
	}
}

func TestPagesForEverybodyAreSmallAndKept(t *testing.T) {
	r := newRig(t)
	r.told()
	if err := r.numbers.Tell(t.Context(), numbers.Impact{Tips: 65}, map[numbers.Kind]int{{Town: r.profile.Towns[0].Code, Category: "c1"}: 7, {Town: r.profile.Towns[1].Code, Category: "c7"}: 2}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/outcomes", "/outcomes/k7m3q9", "/outcomes.atom", "/outcomes.json", "/numbers", "/numbers.json", "/impact", "/how", "/what", "/open311/v2/services.json"} {
		req := request("GET", path, nil)
		req.Header.Set("Accept-Encoding", "gzip")
		a := r.do(req).is(http.StatusOK)
		if n := a.Body.Len(); n > 30<<10 || a.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d bytes, %s", path, n, a.Header().Get("Content-Encoding"))
		}
		z, err := gzip.NewReader(bytes.NewReader(a.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		_ = z.Close()
		tag := a.Header().Get("ETag")
		if tag == "" || !strings.Contains(a.Header().Get("Cache-Control"), "no-cache") || len(a.Result().Cookies()) > 0 {
			t.Errorf("%s: headers %v", path, a.Header())
		}
		again := request("GET", path, nil)
		again.Header.Set("If-None-Match", tag)
		if b := r.do(again).is(http.StatusNotModified); b.Body.Len() != 0 {
			t.Errorf("%s: sent again", path)
		}
	}
	before := r.get("/outcomes").Header().Get("ETag")
	outcometest.Publish(t, r.engines.Docs, outcome.Published{ID: "new", Day: r.profile.Day(r.now()), Month: "2026-10", Town: r.profile.Towns[0].Code, Categories: []string{"c1"}, Title: "新的", Text: "文"})
	if after := r.get("/outcomes").Header().Get("ETag"); after == before {
		t.Error("another list has the same tag")
	}
}

func TestExplainersSpeakTheCountysWords(t *testing.T) {
	r := newRig(t)
	how := r.get("/how").is(http.StatusOK).has(r.profile.Texts["notice"]).has(r.profile.Texts["safety"]).has(r.profile.Rewards.PublicText).has("tel:119")
	if n := how.page().Find(".manual > li").Length(); n != 6 {
		t.Errorf("%d steps", n)
	}
	what := r.get("/what").is(http.StatusOK).page()
	if n := what.Find(".signs .pic").Length(); n != len(r.profile.Signs) {
		t.Errorf("%d pictures for %d signs", n, len(r.profile.Signs))
	}
	for _, k := range r.profile.Categories {
		if told := strings.Contains(what.Text(), k.Official); k.Point > 0 && !told {
			t.Errorf("the page does not quote %s", k.ID)
		}
	}
	for _, path := range []string{"/", "/status"} {
		if n := r.get(path).page().Find(".openlinks a").Length(); n != 5 {
			t.Errorf("%s leads to %d pages", path, n)
		}
	}
	if r.get("/report").page().Find(".openlinks").Length() != 0 {
		t.Error("the form leads away from itself")
	}
}

// TestTheNumberThatATipsterWants follows tips to their end; below thirty no share is told.
func TestTheNumberThatATipsterWants(t *testing.T) {
	r := newRig(t)
	r.get("/impact").is(http.StatusOK).has("还没有能公布的数")
	r.get("/numbers").is(http.StatusOK).has("还没有能公布的数")
	for _, c := range []struct {
		impact numbers.Impact
		want   []string
		not    []string
	}{
		{numbers.Impact{Tips: 40, Concluded: 25, True: 10}, []string{"查完的还不到 30 条", "40 条以上", "不到 5 条", r.profile.Rewards.PublicText, "还不到 30 位"}, []string{"条属实"}},
	} {
		if err := r.numbers.Tell(t.Context(), c.impact, map[numbers.Kind]int{{Town: r.profile.Towns[0].Code, Category: "c1"}: 9, {Town: "", Category: "c2"}: 1}); err != nil {
			t.Fatal(err)
		}
		a := r.get("/impact").is(http.StatusOK)
		for _, text := range c.want {
			a.has(text)
		}
		for _, text := range c.not {
			if strings.Contains(a.Body.String(), text) {
				t.Errorf("says %s", text)
			}
		}
	}
	n := r.get("/numbers").is(http.StatusOK).has("不到 5").has("地方还没弄清")
	for _, cell := range n.page().Find("td.n, .cross td").EachIter() {
		if text := cell.Text(); slices.Contains([]string{"1", "2", "3", "4"}, text) {
			t.Errorf("a small number is shown: %s", text)
		}
	}
	var j struct {
		Months []struct {
			Cells [][]struct {
				Count  *int
				Hidden string
			}
		}
	}
	r.get("/numbers.json").json(&j)
	for _, line := range j.Months[0].Cells {
		for _, c := range line {
			if (c.Count == nil) != (c.Hidden != "") || c.Count != nil && *c.Count > 0 && *c.Count < 5 {
				t.Errorf("%+v", c)
			}
		}
	}
}

func TestThePublicityOfficePrints(t *testing.T) {
	r := newRig(t)
	r.told()
	session, _ := r.signedIn(cases.Publicity, county.DutyDesk)
	page := r.get("/desk/handouts", session).is(http.StatusOK).has("tips.example").has("幺二三四五").has("黑作坊拆了")
	if strings.Contains(page.Body.String(), "w4n5td") {
		t.Error("a withdrawn outcome is offered for an article")
	}
	for path, kind := range map[string]string{"/desk/handouts/poster?town=" + r.profile.Towns[3].Code + "&size=a3": "application/pdf", "/desk/handouts/poster?as=png&town=": "image/png", "/desk/handouts/leaflet": "application/pdf", "/desk/handouts/broadcast": "text/plain; charset=utf-8"} {
		a := r.get(path, session).is(http.StatusOK)
		if a.Header().Get("Content-Type") != kind || !strings.HasPrefix(a.Header().Get("Content-Disposition"), "attachment") || a.Body.Len() < 500 {
			t.Errorf("%s: %v, %d bytes", path, a.Header(), a.Body.Len())
		}
	}
	for _, query := range []string{"town=none", "size=a2", "as=gif"} {
		r.get("/desk/handouts/poster?"+query, session).is(http.StatusNotFound).has("请回到“宣传品”那一页")
	}
	r.get("/desk/handouts/outcomes/k7m3q9", session).is(http.StatusOK).has("&lt;section style=")
	view := r.get("/desk/handouts/outcomes/k7m3q9/page", session).is(http.StatusOK)
	if csp := view.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || strings.Contains(csp, "script-src") {
		t.Errorf("policy %q", csp)
	}
	if d := view.page(); d.Find("script, link, img, [class], a").Length() > 0 || d.Find("[style]").Length() < 5 || !strings.Contains(d.Text(), "tips.example") {
		t.Errorf("the article is not what the editor takes: %s", view.Body)
	}
	r.get("/desk/handouts/outcomes/w4n5td", session).is(http.StatusNotFound)
	r.get("/desk/handouts/outcomes/w4n5td/page", session).is(http.StatusNotFound)
}
