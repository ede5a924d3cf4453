package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/fault"
)

func bare311(t testing.TB) *Open311 {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	w, err := words.New("zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	return &Open311{Deps: Deps{Profile: p, Words: w, Now: func() time.Time { return time.Date(2026, 11, 29, 12, 0, 0, 0, p.Zone) }}}
}

// FuzzList reads whatever stands in the address of a list: it is refused with a fault of ours, or narrows to ninety days at most.
func FuzzList(f *testing.F) {
	for _, s := range []string{"", "start_date=2026-10-01T00:00:00%2B08:00&end_date=2026-11-01T00:00:00Z", "status=open,closed", "service_request_id=a,,b", "start_date=0000-01-01T00:00:00Z", "end_date=9999-12-31T23:59:59%2B23:59", "start_date=%00&status=%ff"} {
		f.Add(s)
	}
	o := bare311(f)
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := o.narrow(q.Get)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		if span := a.to.Sub(a.from); span < 0 || span > reach || len(a.ids) > ids {
			t.Fatalf("%q narrows to %+v", query, a)
		}
	})
}

// FuzzTip reads whatever a gateway may send: it is refused with faults of ours, or is a report that fits the form.
func FuzzTip(f *testing.F) {
	for _, s := range []string{"", "service_code=c1&address_string=x&description=y", "service_code=c1&lat=37&long=111&attribute[SIGNS][]=s_night&attribute%5BNOW%5D=a", "service_code=c7&address_id=141128103229", "service_code=c1&lat=1e309&long=-Inf", "attribute[=1&attribute[]=2&attribute[][]=3", "service_code=c1&lat=%EF%BC%91&long=1"} {
		f.Add(s, "application/x-www-form-urlencoded")
	}
	f.Add("--x\r\nContent-Disposition: form-data; name=\"service_code\"\r\n\r\nc1\r\n--x\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\nz\r\n--x--\r\n", "multipart/form-data; boundary=x")
	f.Add("x", "multipart/form-data")
	f.Add("x", ";;;")
	o := bare311(f)
	f.Fuzz(func(t *testing.T, body, kind string) {
		req, err := http.NewRequest(http.MethodPost, "/open311/v2/requests.json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		v, parts, err := fields(req)
		if err == nil {
			for part, more := parts.next(); part != nil || more != nil; part, more = parts.next() {
				if err = more; err != nil {
					break
				}
			}
		}
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		sub, err := o.report(v)
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("%q: %v", body, err)
			}
			if status, _, raw := Failure("/x.xml", err, "R"); status < 400 || status > 499 || !utf8.Valid(raw) {
				t.Fatalf("%q: status %d %q", body, status, raw)
			}
			return
		}
		r := sub.Report
		if k, ok := o.Profile.Category(v.Get("service_code")); !ok || k.Sealed || r.Channel != "gateway" || utf8.RuneCountInString(r.Words) > intake.MaxWords {
			t.Fatalf("%q taken as %+v", body, r)
		}
		if p := r.Position; p != nil && !(p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180) {
			t.Fatalf("%q at %+v", body, p)
		}
	})
}
