package handlers

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"qianshao/config"
)

// form2 makes the fields of a form out of names and values.
func form2(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestHeadersOfEveryPage(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/", "/report", "/report?e=fire", "/status", "/desk/login", "/nowhere", "/healthz", "/desk"} {
		a := r.get(path)
		h := a.Header()
		if got := h.Values("Set-Cookie"); len(got) > 0 {
			t.Errorf("%s sets a cookie: %v", path, got)
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; script-src 'self'; style-src 'self';") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": "max-age=31536000"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		if !strings.Contains(h.Get("Permissions-Policy"), "geolocation=(self)") || !strings.Contains(h.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: permissions %q", path, h.Get("Permissions-Policy"))
		}
		want := "no-referrer"
		if strings.HasPrefix(path, "/desk") {
			want = "same-origin"
		}
		if h.Get("Referrer-Policy") != want {
			t.Errorf("%s: referrer %q, want %q", path, h.Get("Referrer-Policy"), want)
		}
	}
	plain := newRig(t, func(c *config.Config) { c.URL = "http://127.0.0.1:8080" })
	if got := plain.get("/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("HSTS without https: %q", got)
	}
	if css := r.get("/").page().Find(`link[rel=stylesheet]`).AttrOr("href", ""); r.get(css).is(http.StatusOK).Header().Get("Cache-Control") == "no-store" {
		t.Errorf("%s may not be cached", css)
	}
}

func TestOnlyHarmlessPagesAreCompressed(t *testing.T) {
	r := newRig(t)
	ask := func(method, path string) answer {
		req := request(method, path, nil)
		req.Header.Set("Accept-Encoding", "gzip, deflate, br")
		return r.do(req)
	}
	a := ask("GET", "/report")
	if a.Header().Get("Content-Encoding") != "gzip" || a.Body.Len() > 12<<10 {
		t.Errorf("the form: encoding %q, %d bytes", a.Header().Get("Content-Encoding"), a.Body.Len())
	}
	z, err := gzip.NewReader(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := goquery.NewDocumentFromReader(z); err != nil || d.Find("form#report").Length() != 1 {
		t.Errorf("no form after unpacking, %v", err)
	}
	for _, route := range []string{"GET /desk/login", "POST /status"} {
		method, path, _ := strings.Cut(route, " ")
		if got := ask(method, path).Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s is compressed", route)
		}
	}
	if r.get("/report").Header().Get("Content-Encoding") != "" {
		t.Error("compressed for somebody who cannot unpack it")
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		path, site, origin string
		refused            bool
	}{
		"own page":               {"/status", "same-origin", "https://tips.example", false},
		"own page, old browser":  {"/status", "", "https://tips.example", false},
		"old phone, no referrer": {"/status", "", "null", false},
		"program":                {"/status", "", "", false},
		"other site":             {"/status", "cross-site", "https://evil.example", true},
		"other site, old":        {"/status", "", "https://evil.example", true},
		"sandboxed frame":        {"/status", "cross-site", "null", true},
		"desk, other site":       {"/desk/login", "cross-site", "https://evil.example", true},
		"desk, null":             {"/desk/login", "", "null", true},
		"desk, own page":         {"/desk/login", "same-origin", "https://tips.example", false},
	} {
		req := request("POST", c.path, strings.NewReader("code=1&login=x&password=y"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.site != "" {
			req.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		a := r.do(req)
		if (a.Code == http.StatusForbidden) != c.refused {
			t.Errorf("%s: status %d, refused should be %t", name, a.Code, c.refused)
		}
		if c.refused {
			a.has("不是从我们的网页点过来的")
		}
	}
}

func TestErrorPages(t *testing.T) {
	r := newRig(t)
	r.server.access["GET /boom"], r.server.access["GET /broken"] = rule{}, rule{}
	r.server.handle("GET", "/boom", func(*gin.Context) error { panic("secret 13812345678") })
	r.server.handle("GET", "/broken", func(*gin.Context) error { return errors.New("mongo: server selection timeout") })
	ref := regexp.MustCompile(`^[34679ACDEFGHJKMNPQRTUVWXY]{8}$`)
	for path, status := range map[string]int{"/boom": 500, "/broken": 500, "/nowhere": 404, "/desk/setup?t=x": 404} {
		req := request("GET", path, nil)
		req.Header.Set("X-Request-Id", "FORGED")
		a := r.do(req).is(status)
		got := a.Header().Get("X-Request-Id")
		if !ref.MatchString(got) {
			t.Errorf("%s: reference %q", path, got)
		}
		a.has(got)
		for _, forbidden := range []string{"13812345678", "mongo", "panic", "FORGED", "goroutine"} {
			if strings.Contains(a.Body.String(), forbidden) {
				t.Errorf("%s: the page says %q", path, forbidden)
			}
		}
		line := r.lineOf(got)
		if line["status"] != float64(status) || line["method"] != "GET" {
			t.Errorf("%s: log line %v", path, line)
		}
		if level := map[bool]string{true: "ERROR", false: "INFO"}[status == 500]; line["level"] != level {
			t.Errorf("%s: level %v, want %s", path, line["level"], level)
		}
		for key := range line {
			if !strings.Contains(" time level msg ref method route status ms error ", " "+key+" ") {
				t.Errorf("%s: the log line holds %q", path, key)
			}
		}
	}
	if strings.Contains(r.log.String(), "13812345678") || strings.Contains(r.log.String(), "nowhere") {
		t.Errorf("the log holds what a person sent:\n%s", r.log)
	}
}

// lineOf finds the log line of a reference number.
func (r *rig) lineOf(ref string) map[string]any {
	r.t.Helper()
	for text := range strings.SplitSeq(r.log.String(), "\n") {
		line := map[string]any{}
		if text != "" {
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				r.t.Fatal(err)
			}
		}
		if line["ref"] == ref {
			return line
		}
	}
	r.t.Fatalf("no log line with reference %s", ref)
	return nil
}

func TestReadinessNamesWhatIsAway(t *testing.T) {
	r := newRig(t)
	r.get("/healthz").is(http.StatusOK)
	r.get("/readyz").is(http.StatusOK).has(`"ready":true`)
	if err := r.engines.Docs.Close(); err != nil {
		t.Fatal(err)
	}
	a := r.get("/readyz").is(http.StatusServiceUnavailable)
	if got := a.Body.String(); got != `{"ready":false,"away":["docs"],"full":[]}` {
		t.Errorf("readyz: %s", got)
	}
	r.get("/healthz").is(http.StatusOK)
}

func TestMetrics(t *testing.T) {
	r := newRig(t)
	r.accept()
	r.get("/nowhere/13812345678")
	a := answer{t: t, ResponseRecorder: r.do(request("GET", "/", nil)).ResponseRecorder}
	a.Body.Reset()
	Ops(r.metrics).ServeHTTP(a, request("GET", "/metrics", nil))
	for _, want := range []string{"qianshao_tips_accepted_total 1", `qianshao_requests_total{route="/report",status="200"}`, `qianshao_requests_total{route="none",status="404"} 1`,
		`qianshao_queue_tasks{queue="urgent",state="pending"} 1`} {
		a.has(want)
	}
	if strings.Contains(a.Body.String(), "13812345678") {
		t.Error("a path stands in the metrics")
	}
}
