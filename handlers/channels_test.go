package handlers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/notify/contacts"
	"qianshao/triage/cases"
)

// Administrators see how each contact does and what was sent, page by page; no address, no secret, and of a sealed case neither number nor kind.
func TestChannelsPage(t *testing.T) {
	r := newRig(t)
	admin, _ := r.signedIn(cases.Admin, "")
	r.get("/desk/channels", admin).is(http.StatusOK).has("还没有写通知谁").has("还没有发过")

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"errcode":0}`) }))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "channels.yaml")
	text := fmt.Sprintf("contacts:\n  - {name: 值班群, units: [emergency, discipline], by: wecom, to: %q}\n", server.URL+"/send?key=hush-hush")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := contacts.Load(path, r.profile, r.now)
	if err != nil {
		t.Fatal(err)
	}
	r.book = *book
	plain := cases.Opening{Tip: "tip1", Received: r.now(), Categories: []string{"c1"}, Priority: "P0", Lead: "emergency", Sees: []string{"emergency", county.DutyDesk}, Rule: "c1"}
	sealed := plain
	sealed.Tip, sealed.Lead, sealed.Sees, sealed.Sealed = "tip2", "discipline", nil, true
	if _, err := r.cases.Open(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	hidden, err := r.cases.Open(t.Context(), sealed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.cases.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := r.get("/desk/channels", admin).is(http.StatusOK).has("值班群").has("127.0.0.1").has("还没试过").has("等着发 2 条").has("要办的事").has("新线索").has("特急（P0）的马上发").has("21:30 到 07:00")
	if text := a.Body.String(); strings.Contains(text, "hush") || strings.Contains(text, hidden.Number) || strings.Count(text, "新线索</td>") != 1 {
		t.Error("the page tells the address, or of a sealed case")
	}
	r.post("/desk/channels", form2("contact", "没有的"), admin).is(http.StatusNotFound).has("值班群")
	r.post("/desk/channels", form2("contact", "值班群"), admin).is(http.StatusOK).has("的试发送到了").has("通着")
	for range 48 { // with two notices and a test
		r.advance(4 * time.Second) // sixteen a minute: what is left is for emergencies
		r.post("/desk/channels", form2("contact", "值班群"), admin).is(http.StatusOK)
	}
	next, ok := r.get("/desk/channels", admin).page().Find("p.more a").Attr("href")
	if !ok {
		t.Fatal("51 lines stand on one page")
	}
	if rows := r.get(next, admin).is(http.StatusOK).has("回到最新的").page().Find("tbody tr").Length(); rows != 1 {
		t.Errorf("%d lines on the second page, want 1", rows)
	}
	r.get("/desk/channels?after=forged", admin).is(http.StatusNotFound)
}
