package handlers

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"qianshao/config/county"
	"qianshao/handlers/account"
	"qianshao/triage/cases"
)

// everybody, workers and admins say who gets an answer other than a refusal. This table is written by hand and on purpose not made from the one in
// access.go: who may do what is decided twice.
var (
	everybody = []string{"nobody", "admin", "duty", "handler", "foreign", "operator", "reward", "finance", "auditor", "publicity"}
	staffOnly = everybody[1:]
	workers   = []string{"duty", "handler", "foreign"}
	admins    = []string{"admin"}
	dutyOnly  = []string{"duty"}
	operators = []string{"operator"}
	units     = []string{"handler", "foreign"}
	writers   = []string{"duty", "publicity"}
	byKey     = []string{}
	ofCase    = []string{"duty", "handler"}
	officers  = []string{"reward"}
	cashiers  = []string{"finance"}
	payers    = []string{"reward", "finance"}
	auditors  = []string{"auditor"}
)

var mayUse = map[string][]string{
	"GET /healthz": everybody, "GET /readyz": everybody, "GET /static/*file": everybody,
	"GET /": everybody, "GET /report": everybody, "POST /report": everybody, "POST /report/evidence": everybody, "POST /report/kept": everybody, "GET /report/kept": everybody,
	"GET /status": everybody, "POST /status": everybody, "POST /status/say": everybody, "GET /status/say": everybody, "POST /status/rate": everybody, "GET /status/rate": everybody, "POST /status/object": everybody, "GET /status/object": everybody,
	"POST /status/withdraw": everybody, "GET /status/withdraw": everybody, "GET /captcha/:file": everybody,
	"GET /outcomes": everybody, "GET /outcomes.atom": everybody, "GET /outcomes.json": everybody, "GET /outcomes/:outcome": everybody, "GET /outcomes/:outcome/:picture": everybody,
	"GET /numbers": everybody, "GET /numbers.json": everybody, "GET /open311/discovery.json": everybody, "GET /open311/discovery.xml": everybody, "GET /open311/v2/services.json": everybody, "GET /open311/v2/services.xml": everybody,
	"GET /open311/v2/services/:service": everybody, "GET /open311/v2/requests.json": everybody, "GET /open311/v2/requests.xml": everybody, "GET /open311/v2/requests/:request": everybody,
	"GET /open311/v2/tokens/:token": everybody, "POST /open311/v2/requests.json": byKey, "POST /open311/v2/requests.xml": byKey, // nobody without the key of a gateway, whoever is signed in
	"GET /impact": everybody, "GET /how": everybody, "GET /what": everybody,
	"GET /desk/login": everybody, "POST /desk/login": everybody, "POST /desk/logout": everybody, "GET /desk/setup": everybody, "POST /desk/setup": everybody,
	"GET /desk":                           staffOnly,
	"POST /desk/bulk":                     workers,
	"GET /desk/urgent":                    workers,
	"GET /desk/cases/:id":                 ofCase,
	"GET /desk/cases/:id/sheet/:kind":     ofCase,
	"POST /desk/cases/:id/:action":        ofCase,
	"GET /desk/cases/:id/record/:form":    ofCase,
	"POST /desk/cases/:id/record/:form":   ofCase,
	"POST /desk/cases/:id/writing":        ofCase,
	"POST /desk/cases/:id/photos":         ofCase,
	"POST /desk/cases/:id/photo":          ofCase,
	"GET /desk/scene/:id/:photo/:size":    ofCase,
	"GET /desk/evidence/:tip/:item/:size": ofCase,
	"GET /desk/review":                    dutyOnly,
	"GET /desk/review/:id":                dutyOnly,
	"POST /desk/review/:id/:answer":       dutyOnly,
	"GET /desk/quality":                   dutyOnly,
	"GET /desk/map":                       workers,
	"GET /desk/overview":                  workers,
	"GET /desk/overview.csv":              workers,
	"GET /desk/work":                      workers,
	"GET /desk/work.csv":                  workers,
	"GET /desk/handover":                  workers,
	"GET /desk/draws":                     dutyOnly,
	"POST /desk/draws":                    dutyOnly,
	"GET /desk/draws/:month":              dutyOnly,
	"POST /desk/draws/:month":             dutyOnly,
	"GET /desk/checks":                    units,
	"POST /desk/checks":                   units,
	"GET /desk/calendar":                  {"duty", "admin"},
	"POST /desk/calendar":                 {"duty", "admin"},
	"GET /desk/ops":                       admins,
	"GET /desk/hotline":                   operators,
	"POST /desk/hotline":                  operators,
	"POST /desk/hotline/kept":             operators,
	"GET /desk/hotline/orders":            operators,
	"POST /desk/hotline/orders":           operators,
	"GET /desk/hotline/states":            operators,
	"GET /ops/queues":                     admins,
	"GET /ops/queues/*path":               admins,
	"GET /desk/ledger":                    workers, "POST /desk/ledger/export": workers, "POST /desk/ledger/views": workers, "POST /desk/ledger/views/:view/forget": workers,
	"GET /desk/channels":    admins,
	"POST /desk/channels":   admins,
	"GET /desk/ledger/jobs": workers, "GET /desk/ledger/jobs/:job/file": workers,
	"GET /desk/ledger/import": dutyOnly, "POST /desk/ledger/import": dutyOnly, "GET /desk/ledger/import/:batch": dutyOnly, "POST /desk/ledger/import/:batch/:step": dutyOnly,
	"GET /desk/sites": workers, "GET /desk/sites/old/:old": workers, "POST /desk/sites/old/:old": workers,
	"GET /desk/reports": workers, "POST /desk/reports/export": workers,

	"GET /desk/handouts": writers, "GET /desk/handouts/poster": writers, "GET /desk/handouts/leaflet": writers, "GET /desk/handouts/broadcast": writers,
	"GET /desk/handouts/outcomes/:outcome": writers, "GET /desk/handouts/outcomes/:outcome/page": writers,
	"GET /claim": everybody, "POST /claim": everybody, "POST /claim/pay": everybody, "GET /claim/pay": everybody,
	"GET /desk/cases/:id/award": ofCase, "POST /desk/cases/:id/award": ofCase,
	"GET /desk/awards": workers, "POST /desk/awards/:award/:action": workers,
	"GET /desk/payout": payers, "POST /desk/payout/check": officers, "GET /desk/payout/:award": payers, "POST /desk/payout/:award/:action": payers,
	"GET /desk/payout/:award/payee": cashiers, "GET /desk/payout/:award/receipt": cashiers,
	"GET /desk/payout/audit": auditors, "GET /desk/payout/audit.xlsx": auditors,
	"GET /desk/press": writers, "GET /desk/press/:id": writers, "POST /desk/press/:id/:step": writers, "GET /desk/press/:id/shown/:photo": writers, "GET /desk/press/:id/scene/:photo/:size": writers,
}

func TestEveryRouteIsInTheTable(t *testing.T) {
	r := newRig(t)
	seen := map[string]bool{}
	for _, route := range r.server.router.Routes() {
		if r.server.access["GET "+route.Path].who == nil && route.Method == http.MethodHead && mayUse["GET "+route.Path] != nil {
			continue // the head of a page that everybody may read
		}
		key := route.Method + " " + route.Path
		seen[key] = true
		if mayUse[key] == nil {
			t.Errorf("route %s: say in mayUse who may use it", key)
		}
	}
	for key := range r.server.access {
		if !seen[key] {
			t.Errorf("the access table has %s, which is no route", key)
		}
	}
	for key := range mayUse {
		if !seen[key] {
			t.Errorf("mayUse has %s, which is no route", key)
		}
	}
}

func TestPermissionMatrix(t *testing.T) {
	r := newRig(t)
	unit := county.TownUnit(r.profile.Towns[0].Code)
	sessions := map[string]string{"nobody": ""}
	for who, s := range map[string]struct {
		role cases.Role
		unit string
	}{
		"admin": {cases.Admin, ""}, "duty": {cases.Duty, county.DutyDesk}, "handler": {cases.Handler, unit},
		"foreign": {cases.Handler, county.TownUnit(r.profile.Towns[1].Code)}, "operator": {cases.Operator, county.DutyDesk},
		"reward": {cases.RewardOff, county.DutyDesk}, "finance": {cases.Finance, county.DutyDesk}, "auditor": {cases.Auditor, county.DutyDesk}, "publicity": {cases.Publicity, county.DutyDesk},
	} {
		sessions[who], _ = r.signedIn(s.role, s.unit)
	}
	k, tip := r.opened(r.accept(), unit)
	opened, err := r.intake.Open(t.Context(), tip)
	if err != nil {
		t.Fatal(err)
	}
	item := opened.Items[0].ID
	if err := r.intake.PutRendition(t.Context(), tip, item, "320", bytes.NewReader(photo(t))); err != nil {
		t.Fatal(err)
	}
	me := cases.Actor{ID: "x", Name: "王五", Role: cases.Handler, Unit: unit}
	if _, err := r.cases.Do(t.Context(), me, k.ID, cases.Sign, cases.Input{Version: k.Version}); err != nil {
		t.Fatal(err)
	}
	shot, err := r.scene.Add(t.Context(), me, k.ID, bytes.NewReader(photo(t)))
	if err != nil {
		t.Fatal(err)
	}
	published := r.drafted()
	// A reply changes neither the case nor its version, so everybody can try it on the same case.
	paths := strings.NewReplacer(":id", k.ID, ":action", "reply", ":kind", "assign", ":form", "survey", ":photo", shot.ID, ":answer", "place", ":tip", string(tip), ":item", item, ":size", "320", "*path", "api/queues", "*file", "x", ":file", "x.png", ":month", "2020-01")
	for route, may := range mayUse {
		method, path, _ := strings.Cut(route, " ")
		if strings.Contains(route, "/desk/press/") { // what is published has an id of its own
			path = strings.NewReplacer(":id", published.ID, "/scene/:photo", "/scene/"+published.Photos[0].Scene, ":photo", published.Photos[0].Burnt, ":step", "save").Replace(path)
		}
		for who, session := range sessions {
			var cookies []string
			if session != "" && path != "/desk/logout" {
				cookies = []string{session}
			}
			req := request(method, paths.Replace(path), strings.NewReader("version=1&reply=x"), cookies...)
			if method == "POST" {
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				req.Header.Set("Sec-Fetch-Site", "same-origin")
			}
			a := r.do(req)
			toLogin := a.Code == http.StatusSeeOther && a.Header().Get("Location") == "/desk/login" && path != "/desk/logout"
			refused := a.Code == http.StatusForbidden || a.Code == http.StatusUnauthorized || toLogin ||
				a.Code == http.StatusNotFound && slices.Contains(workers, who) && strings.Contains(route, ":id") ||
				a.Code == http.StatusNotFound && slices.Contains(workers, who) && strings.Contains(route, ":tip")
			if slices.Contains(may, who) == refused {
				t.Errorf("%s as %s: status %d, allowed %t", route, who, a.Code, !refused)
			}
			if !slices.Contains(may, who) && (strings.Contains(a.Body.String(), k.Number) || strings.Contains(a.Body.String(), "夜里有味")) {
				t.Errorf("%s as %s: the refusal shows the case", route, who)
			}
			switch who {
			case "nobody":
				if refused && method == "GET" && !toLogin {
					t.Errorf("%s signed out: status %d, want the way to the door", route, a.Code)
				}
			case "foreign":
				if refused && slices.Contains(ofCase, "handler") && strings.Contains(route, "/cases/") && a.Code != http.StatusNotFound {
					t.Errorf("%s of a foreign unit: status %d, want 404 as for what does not exist", route, a.Code)
				}
			}
		}
	}
}

func TestSessionEndsWithTheAccount(t *testing.T) {
	r := newRig(t)
	session, m := r.signedIn(cases.Duty, county.DutyDesk)
	r.get("/desk", session).is(http.StatusOK)
	if err := r.accounts.Disable(t.Context(), m.Login); err != nil {
		t.Fatal(err)
	}
	if a := r.get("/desk", session); a.Code != http.StatusSeeOther {
		t.Errorf("disabled: status %d, want 303 to the door", a.Code)
	}
	if a := r.post("/desk/cases/x/sign", nil, session); a.Code != http.StatusUnauthorized {
		t.Errorf("disabled, POST: status %d, want 401", a.Code)
	}
}

func TestDoor(t *testing.T) {
	r := newRig(t)
	_, link, err := r.accounts.Add(t.Context(), account.NewStaff{Login: "li.si", Name: "李四", Role: cases.Duty, Unit: county.DutyDesk})
	if err != nil {
		t.Fatal(err)
	}
	const password = "村口的老槐树三人抱不过来"
	r.get("/desk/setup?t=" + link).is(http.StatusOK).has("li.si")
	r.post("/desk/setup", form2("t", link, "password", "短", "again", "短")).is(http.StatusUnprocessableEntity).has("至少 12 个字符")
	r.post("/desk/setup", form2("t", link, "password", password, "again", password+"x")).is(http.StatusUnprocessableEntity).has("不一样")
	r.post("/desk/setup", form2("t", link, "password", password, "again", password)).is(http.StatusSeeOther)
	r.post("/desk/setup", form2("t", link, "password", password, "again", password)).is(http.StatusNotFound).has("已经用过或过期")
	wrong := r.post("/desk/login", form2("login", "li.si", "password", "别的什么东西都行啊啊啊")).is(http.StatusUnprocessableEntity).has("账号或密码不对")
	if wrong.value("login") != "li.si" {
		t.Error("the login is gone from the form")
	}
	if len(wrong.Result().Cookies()) > 0 {
		t.Error("a failed sign-in sets a cookie")
	}
	in := r.post("/desk/login", form2("login", " LI.SI", "password", password)).is(http.StatusSeeOther)
	cookies := in.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies: %v", cookies)
	}
	c := cookies[0]
	if c.Name != "__Host-qianshao" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
	r.get("/desk", c.Value).is(http.StatusOK).has("李四")
	r.post("/desk/logout", nil, c.Value).is(http.StatusSeeOther)
	r.get("/desk", c.Value).is(http.StatusSeeOther)

	for range 5 {
		r.post("/desk/login", form2("login", "li.si", "password", "不对不对不对不对不对不对"))
	}
	r.post("/desk/login", form2("login", "li.si", "password", password)).is(http.StatusUnprocessableEntity).has("试得太多了")
	elsewhere := request("POST", "/desk/login", strings.NewReader(form2("login", "li.si", "password", password).Encode()))
	elsewhere.RemoteAddr = "198.51.100.9:1"
	elsewhere.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	elsewhere.Header.Set("Sec-Fetch-Site", "same-origin")
	r.do(elsewhere).is(http.StatusSeeOther)
}
