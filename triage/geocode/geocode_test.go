package geocode

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"qianshao/triage/datum"
)

// server answers every question with the same body, counts, and keeps the last question.
type server struct {
	*httptest.Server
	status atomic.Int64
	asked  atomic.Int64
	last   atomic.Pointer[http.Request]
}

func serve(t *testing.T, body string) *server {
	s := &server{}
	s.status.Store(http.StatusOK)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.last.Store(r.Clone(r.Context()))
		w.WriteHeader(int(s.status.Load()))
		if _, err := w.Write([]byte(body)); err != nil {
			t.Log(err)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func client(t *testing.T, service, base string, now func() time.Time) *Client {
	t.Helper()
	c, ok := New(Options{Service: service, Key: "markedkey", Base: base, Now: now})
	if !ok {
		t.Fatal(service)
	}
	return c
}

const phrase = "山西省吕梁市方山县圪洞镇班庄村"

// The shapes are those of the services' own references.
func TestEveryServicesAnswers(t *testing.T) {
	wgs := orb.Point{111.3, 37.88}
	gcj := datum.ToGCJ02(wgs)
	at := fmt.Sprintf("%.6f,%.6f", gcj[0], gcj[1])
	lng, lat, _ := strings.Cut(at, ",")
	for _, c := range []struct {
		service, name, body string
		ok, refused         bool
	}{
		{"tianditu", "a village", `{"msg":"ok","location":{"score":100,"level":"村","lon":"111.3","lat":"37.88","keyWord":"` + phrase + `"},"searchVersion":"6.4.9V","status":"0"}`, true, false},
		{"tianditu", "numbers", `{"location":{"lon":111.3,"level":"地名地址","lat":37.88},"status":"0","msg":"ok","searchVersion":"7.4.3V"}`, true, false},
		{"tianditu", "only the county", `{"msg":"ok","location":{"score":60,"level":"区县","lon":"111.24","lat":"37.89"},"status":"0"}`, false, false},
		{"tianditu", "nothing", `{"msg":"无结果","searchVersion":"6.4.9V","status":"404"}`, false, false},
		{"tianditu", "a wrong key", `{"msg":"非法key","code":301003,"status":"1"}`, false, true},
		{"amap", "a village", `{"status":"1","info":"OK","infocode":"10000","count":"1","geocodes":[{"formatted_address":"山西省吕梁市方山县班庄村","country":"中国","province":"山西省","citycode":"0358","city":"吕梁市","district":"方山县","township":[],"neighborhood":{"name":[],"type":[]},"building":{"name":[],"type":[]},"adcode":"141128","street":[],"number":[],"location":"` + at + `","level":"村庄"}]}`, true, false},
		{"amap", "only the county", `{"status":"1","info":"OK","infocode":"10000","count":"1","geocodes":[{"adcode":"141128","location":"` + at + `","level":"区县"}]}`, false, false},
		{"amap", "several", `{"status":"1","info":"OK","infocode":"10000","count":"2","geocodes":[{"location":"` + at + `","level":"村庄"},{"location":"111.5,37.5","level":"村庄"}]}`, false, false},
		{"amap", "nothing", `{"status":"1","info":"OK","infocode":"10000","count":"0","geocodes":[]}`, false, false},
		{"amap", "no data", `{"status":"0","info":"ENGINE_RESPONSE_DATA_ERROR","infocode":"30001"}`, false, false},
		{"amap", "a wrong key", `{"status":"0","info":"INVALID_USER_KEY","infocode":"10001"}`, false, true},
		{"tencent", "a village", `{"status":0,"message":"Success","request_id":"x","result":{"title":"班庄村","location":{"lng":` + lng + `,"lat":` + lat + `},"ad_info":{"adcode":"141128"},"address_components":{"province":"山西省","city":"吕梁市","district":"方山县","street":"","street_number":""},"similarity":0.99,"deviation":1000,"reliability":7,"level":4}}`, true, false},
		{"tencent", "only the town", `{"status":0,"message":"Success","result":{"location":{"lng":` + lng + `,"lat":` + lat + `},"reliability":7,"level":3}}`, false, false},
		{"tencent", "unreliable", `{"status":0,"message":"Success","result":{"location":{"lng":` + lng + `,"lat":` + lat + `},"reliability":3,"level":4}}`, false, false},
		{"tencent", "nothing", `{"status":347,"message":"查询无结果"}`, false, false},
		{"tencent", "a wrong key", `{"status":311,"message":"key格式错误"}`, false, true},
	} {
		s := serve(t, c.body)
		got, ok, err := client(t, c.service, s.URL, time.Now).Find(t.Context(), phrase)
		if ok != c.ok || errors.Is(err, ErrRefused) != c.refused || !c.refused && err != nil {
			t.Errorf("%s, %s: %v %v %v", c.service, c.name, got, ok, err)
		}
		if c.ok && geo.Distance(got, wgs) > 1 {
			t.Errorf("%s, %s: %.0f m off", c.service, c.name, geo.Distance(got, wgs))
		}
		q, err := url.QueryUnescape(s.last.Load().URL.RawQuery)
		if err != nil || !strings.Contains(q, phrase) || !strings.Contains(q, "markedkey") {
			t.Errorf("%s asked %q", c.service, q)
		}
	}
}

func TestABrokenAnswerIsAnErrorWithoutKeyOrPhrase(t *testing.T) {
	for service := range services {
		for _, body := range []string{"", "<html>", `{"status":[]}`, `{"status":"1","geocodes":[{"location":"x"}]}`} {
			s := serve(t, body)
			_, ok, err := client(t, service, s.URL, time.Now).Find(t.Context(), phrase)
			if ok {
				t.Errorf("%s believes %q", service, body)
			}
			clean(t, err)
		}
		gone := serve(t, "")
		gone.Close()
		_, ok, err := client(t, service, gone.URL, time.Now).Find(t.Context(), phrase)
		if ok || err == nil {
			t.Errorf("%s: nobody answered: %v", service, err)
		}
		clean(t, err)
	}
}

func clean(t *testing.T, err error) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), "markedkey") || strings.Contains(err.Error(), url.QueryEscape("班庄")) || strings.Contains(err.Error(), "班庄")) {
		t.Errorf("the error tells: %v", err)
	}
}

func TestTheBreakerLeavesAServiceAlone(t *testing.T) {
	var ahead atomic.Int64
	s := serve(t, `{"status":347}`)
	s.status.Store(http.StatusInternalServerError)
	c := client(t, "tencent", s.URL, func() time.Time { return time.Unix(0, ahead.Load()) })
	for range trips + 5 {
		if _, _, err := c.Find(t.Context(), phrase); err == nil {
			t.Fatal("an error is gone")
		}
	}
	if n := s.asked.Load(); n != trips {
		t.Errorf("asked %d times, want %d", n, trips)
	}
	ahead.Add(int64(rest))
	s.status.Store(http.StatusOK)
	if _, ok, err := c.Find(t.Context(), phrase); ok || err != nil {
		t.Errorf("after its rest: %v", err)
	}
}

func TestNoRedirectTakesTheKeyAlong(t *testing.T) {
	other := serve(t, `{"status":347}`)
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	t.Cleanup(s.Close)
	if _, _, err := client(t, "tencent", s.URL, time.Now).Find(t.Context(), phrase); err == nil || other.asked.Load() != 0 {
		t.Errorf("followed: %v", err)
	}
}

func TestOffIsNone(t *testing.T) {
	for _, name := range []string{"off", "", "google"} {
		if _, ok := New(Options{Service: name}); ok {
			t.Errorf("%q is a service", name)
		}
	}
}
