package frontend

import (
	"bytes"
	"cmp"
	"flag"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jba/templatecheck"
)

var update = flag.Bool("update", false, "write the golden files anew")

func newSite(t *testing.T) *Site {
	t.Helper()
	s, err := New("zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func render(t *testing.T, s *Site, page any) (string, *goquery.Document) {
	t.Helper()
	b, err := s.Render(page)
	if err != nil {
		t.Fatal(err)
	}
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), d
}

func pageName(page any) string { return reflect.TypeOf(page).Name() }

// everyPage is each page empty and full; a full one also as a pointer.
func everyPage(t *testing.T, check func(t *testing.T, html string, d *goquery.Document, page any)) {
	s := newSite(t)
	full := samples()
	if len(full) != len(pages()) {
		t.Fatalf("%d samples for %d pages", len(full), len(pages()))
	}
	for i, empty := range pages() {
		if pageName(full[i]) != pageName(empty) {
			t.Fatalf("sample %d is %s, want %s", i, pageName(full[i]), pageName(empty))
		}
		t.Run(pageName(empty), func(t *testing.T) {
			p := reflect.New(reflect.TypeOf(full[i]))
			p.Elem().Set(reflect.ValueOf(full[i]))
			for _, page := range []any{empty, full[i], p.Interface()} {
				html, d := render(t, s, page)
				check(t, html, d, page)
			}
		})
	}
}

func TestTemplatesFitTheirStructs(t *testing.T) {
	s := newSite(t)
	for _, page := range pages() {
		tmpl := s.templates[reflect.TypeOf(page)]
		if err := templatecheck.CheckHTML(tmpl, page); err != nil {
			t.Errorf("%s: %v", pageName(page), err)
		}
	}
}

// A page with a field of its own that is called Title would show that one in the browser's title: a Go struct.
func TestTitleIsThatOfTheFrame(t *testing.T) {
	everyPage(t, func(t *testing.T, _ string, d *goquery.Document, page any) {
		frame := reflect.Indirect(reflect.ValueOf(page)).FieldByName("Shell").Interface().(Shell)
		if got := d.Find("title").Text(); !strings.HasPrefix(got, cmp.Or(frame.Title, "前哨")) {
			t.Errorf("the title is %q, want %q", got, frame.Title)
		}
	})
}

func TestTypeCheckCanFail(t *testing.T) {
	tmpl := template.Must(template.New("x").Parse(`{{.NoSuchField}}`))
	if templatecheck.CheckHTML(tmpl, Home{}) == nil {
		t.Error("a template with an unknown field passed")
	}
}

func TestPagesKeepTheStrictPolicy(t *testing.T) {
	address := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9]`)
	everyPage(t, func(t *testing.T, html string, d *goquery.Document, _ any) {
		if n := d.Find("style, [style], script:not([src]), iframe, object, base").Length(); n > 0 {
			t.Errorf("%d inline or foreign parts", n)
		}
		if d.Find("meta[name=referrer]").Length() > 0 {
			t.Error("the page overrules the Referrer-Policy of its answer, which residents and staff have different")
		}
		d.Find("*").Each(func(_ int, e *goquery.Selection) {
			for _, a := range e.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has %s", goquery.NodeName(e), a.Key)
				}
			}
		})
		if m := address.FindString(html); m != "" {
			t.Errorf("absolute address %q", m)
		}
		if n := d.Find("title").Length(); n != 1 {
			t.Errorf("%d titles", n)
		}
		if n := d.Find("h1").Length(); n != 1 {
			t.Errorf("%d h1", n)
		}
		ids := map[string]bool{}
		d.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		})
	})
}

func TestEveryInputHasALabelAndEveryButtonWords(t *testing.T) {
	everyPage(t, func(t *testing.T, _ string, d *goquery.Document, _ any) {
		d.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if e.Closest("label").Length() == 0 && (id == "" || strings.TrimSpace(d.Find(`label[for="`+id+`"]`).Text()) == "") {
				t.Errorf("no label for %s name=%q", goquery.NodeName(e), e.AttrOr("name", ""))
			}
			for _, ref := range strings.Fields(e.AttrOr("aria-describedby", "")) {
				if d.Find("#"+ref).Length() == 0 {
					t.Errorf("nothing has the id %q", ref)
				}
			}
		})
		d.Find("button, a").Each(func(_ int, e *goquery.Selection) {
			if strings.TrimSpace(e.Text()) == "" && e.Find("img[alt]").Length() == 0 {
				t.Error("a button or link without words")
			}
		})
		d.Find("a[href^='#']").Each(func(_ int, e *goquery.Selection) {
			if href := e.AttrOr("href", ""); d.Find(href).Length() == 0 {
				t.Errorf("link to %s leads nowhere", href)
			}
		})
	})
}

func TestHostileWordsStayWords(t *testing.T) {
	everyPage(t, func(t *testing.T, html string, _ *goquery.Document, _ any) {
		for _, bad := range []string{"<script>alert", "<b>庄上", "<赵庄>"} {
			if strings.Contains(html, bad) {
				t.Errorf("%q stands in the page as markup", bad)
			}
		}
	})
	s := newSite(t)
	for _, c := range []struct {
		page any
		want string
	}{{Failure{Sentence: "x", Back: "javascript:alert(1)"}, `href="#ZgotmplZ"`}, {Queue{Shell: deskShell(), Rows: []CaseRow{{Href: "javascript:x", Number: "1"}}}, `href="#ZgotmplZ"`}} {
		if html, _ := render(t, s, c.page); !strings.Contains(html, c.want) {
			t.Errorf("%s let a script address through", pageName(c.page))
		}
	}
}

func TestWhatWasTypedStaysAndErrorsStandBesideTheField(t *testing.T) {
	_, d := render(t, newSite(t), sampleReport())
	for sel, want := range map[string]string{"#where": `村东"><script>alert(1)</script>`, "#contact": "x", "[name=lon]": "111.234", "[name=token]": "tok", "[name=e]": "injury"} {
		if got := d.Find(sel).AttrOr("value", ""); got != want {
			t.Errorf("%s holds %q, want %q", sel, got, want)
		}
	}
	if got := d.Find("#words").Text(); got != "夜里十二点来一辆罐车" {
		t.Errorf("words hold %q", got)
	}
	if got := d.Find("[name=signs][checked]").Length(); got != 2 {
		t.Errorf("%d signs ticked, want 2", got)
	}
	if got := d.Find("#village option[selected]").AttrOr("value", ""); got != "v1" {
		t.Errorf("village %q", got)
	}
	if got := d.Find("[name=staged]").Length(); got != 3 {
		t.Errorf("%d staged files, want 3: a refused one has no token", got)
	}
	for _, id := range []string{"#f-signs", "#f-where", "#f-words", "#f-contact", "#f-captcha", "#f-sites"} {
		if d.Find(id+" .wrong").Length() != 1 {
			t.Errorf("%s shows no error", id)
		}
	}
	last := d.Find("#report input, #report select, #report textarea").Last()
	if last.AttrOr("type", "") != "file" {
		t.Error("the files must stand last, so that the fields are read before the bytes")
	}
}

func TestReceiptShowsTheCodesOnceOnly(t *testing.T) {
	s := newSite(t)
	_, d := render(t, s, sampleReceipt())
	if got := d.Find("#code li").Text(); got != "4071186925307746" {
		t.Errorf("code %q", got)
	}
	if got := d.Find("#claim li").Text(); got != "9152003766812495" {
		t.Errorf("claim code %q", got)
	}
	r := sampleReceipt()
	r.Claim = nil
	if _, d = render(t, s, r); d.Find("#claim").Length() != 0 {
		t.Error("a claim code that was not wished")
	}
	r.Kept = true
	if html, _ := render(t, s, r); strings.Contains(html, "4071") {
		t.Error("the code is shown after it was kept")
	}
}

func TestMachineGuessesLookLikeGuesses(t *testing.T) {
	s := newSite(t)
	c := sampleCase()
	if _, d := render(t, s, c); d.Find(".guess").Length() != 2 {
		t.Error("guesses are not marked")
	}
	c.Place.How, c.Category.How = "", ""
	if _, d := render(t, s, c); d.Find(".guess").Length() != 0 {
		t.Error("what a person confirmed is marked as a guess")
	}
}

func TestSizeTravels(t *testing.T) {
	s := newSite(t)
	r := sampleReport()
	r.Size = 2
	_, d := render(t, s, r)
	if got := d.Find("#report").AttrOr("action", ""); got != "/report?zi=2" {
		t.Errorf("form goes to %q", got)
	}
	if !d.Find("html").HasClass("zi-2") {
		t.Error("the page is not large")
	}
	if got := d.Find(".zi a").Eq(1).AttrOr("href", ""); got != "/report?called=1&e=injury&zi=1" {
		t.Errorf("size link %q", got)
	}
	r.Here = ""
	if _, d = render(t, s, r); d.Find(".zi").Length() != 0 {
		t.Error("a size switch on a page that can neither be asked for again nor stay")
	}
	r.Stays = true
	if _, d = render(t, s, r); d.Find(`.zi.only-js a[href="#main"]`).Length() != 3 {
		t.Error("no size switch for the script on the answer to a POST")
	}
	if got := (Emergency{ID: "fire", Shell: Shell{Size: 1}}).On(); got != "/report?called=1&e=fire&zi=1" {
		t.Errorf("goes on at %q", got)
	}
}

func TestDemonstrationIsSaidOnEveryPage(t *testing.T) {
	everyPage(t, func(t *testing.T, _ string, d *goquery.Document, page any) {
		demo := reflect.Indirect(reflect.ValueOf(page)).FieldByName("Demo").Bool()
		if got := d.Find(".demo").Length() == 1; got != demo {
			t.Errorf("demo %v, banner %v", demo, got)
		}
	})
}

func TestRenderRefusesWhatIsNoPage(t *testing.T) {
	s := newSite(t)
	for _, page := range []any{nil, "home", Field{}, (*Home)(nil)} {
		if _, err := s.Render(page); err == nil {
			t.Errorf("%T rendered", page)
		}
	}
	if _, err := New("xx"); err == nil {
		t.Error("a language without messages was accepted")
	}
}

func TestGolden(t *testing.T) {
	s := newSite(t)
	hash := regexp.MustCompile(`\.[0-9a-f]{10}\.`)
	for _, page := range []any{samples()[0], sampleReceipt(), sampleStatus()} {
		html, _ := render(t, s, page)
		html = hash.ReplaceAllString(html, ".HASH.")
		file := filepath.Join("testdata", fileName(reflect.TypeOf(page)))
		if *update {
			if err := os.WriteFile(file, []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if html != string(want) {
			t.Errorf("%s changed: look at it, then go test ./frontend -update", file)
		}
	}
}

func TestStatic(t *testing.T) {
	s := newSite(t)
	get := func(method, path, enc string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Accept-Encoding", enc)
		w := httptest.NewRecorder()
		s.Static().ServeHTTP(w, r)
		return w
	}
	path := s.static.path("app.css")
	if w := get("GET", path, "gzip, br"); w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", path, w.Code, w.Header())
	}
	if w := get("GET", path, ""); w.Header().Get("Content-Encoding") != "" || !strings.Contains(w.Body.String(), "--paper") {
		t.Error("no plain file for a client without gzip")
	}
	if w := get("HEAD", path, ""); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
	if w := get("POST", path, ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	for _, p := range []string{"/static/app.css", "/static/../base.html", "/static/", "/static/nothing.css"} {
		if w := get("GET", p, ""); w.Code != 404 {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
}
