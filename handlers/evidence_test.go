package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/triage"
	"qianshao/triage/cases"
)

func file(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// exhibits is a tip with a piece of evidence of each kind, read by the worker.
type exhibits struct {
	*rig
	tip   intake.TipID
	code  string
	items map[intake.Kind]intake.Item
}

func (r *rig) exhibits() *exhibits {
	r.t.Helper()
	f := newForm(r.tipFields()...).file("photos", "a.jpg", photo(r.t)).file("voice", "v.m4a", file(r.t, "tone.m4a")).file("video", "v.mp4", file(r.t, "film.mp4"))
	a := r.send("/report", f).is(http.StatusOK).has("收到 1 张照片、1 段录音、1 段录像。")
	x := &exhibits{rig: r, code: a.code(), items: map[intake.Kind]intake.Item{}}
	code, err := intake.ParseCode(x.code)
	if err != nil {
		r.t.Fatal(err)
	}
	v, err := r.intake.Look(r.t.Context(), code)
	if err != nil {
		r.t.Fatal(err)
	}
	x.tip = v.Tip
	for _, st := range []triage.Stage{triage.Sort, triage.Media} {
		if err := r.triage.Work(r.t.Context(), st, x.tip, 0); err != nil {
			r.t.Fatal(err)
		}
	}
	tip, err := r.intake.Open(r.t.Context(), x.tip)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, it := range tip.Items {
		x.items[it.Kind] = it
	}
	return x
}

// addresses are where an item may be seen.
func (x *exhibits) addresses(k intake.Kind) []string {
	base := "/desk/evidence/" + string(x.tip) + "/" + x.items[k].ID + "/"
	if k == intake.Photo {
		return []string{base + "320", base + "1600"}
	}
	return []string{base + "play"}
}

// open puts the tip into a case.
func (x *exhibits) open(o cases.Opening) cases.Case {
	x.t.Helper()
	o.Tip, o.Received, o.Categories, o.Priority = x.tip, time.Now(), []string{"c1"}, "P2"
	k, err := x.cases.Open(x.t.Context(), o)
	if err != nil {
		x.t.Fatal(err)
	}
	return k
}

// step presses a button of the case page.
func (x *exhibits) step(id, action, session string, pairs ...string) answer {
	x.t.Helper()
	f := url.Values{"version": {x.get("/desk/cases/"+id, session).value("version")}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return x.post("/desk/cases/"+id+"/"+action, f, session)
}

func (x *exhibits) about(k intake.Kind, pairs ...string) []string {
	return append([]string{"tip", string(x.tip), "item", x.items[k].ID}, pairs...)
}

// set changes the level of an item to what is wanted, if it is not that already.
func (x *exhibits) set(id, session string, k intake.Kind, to county.Level) {
	x.t.Helper()
	c, err := x.cases.ByID(x.t.Context(), id)
	if err != nil {
		x.t.Fatal(err)
	}
	if c.Level(x.profile, cases.Item{Tip: x.tip, ID: x.items[k].ID, Kind: k}) == to {
		return
	}
	x.step(id, "level", session, x.about(k, "level", string(to), "note", "办案需要，值班长同意")...).is(http.StatusSeeOther)
}

// see asks for an item in every size, and compares with what the page offers.
func (x *exhibits) see(who, id, session string, k intake.Kind, want int) {
	x.t.Helper()
	for _, a := range x.addresses(k) {
		if got := x.get(a, session).Code; got != want {
			x.t.Errorf("%s: %s is %d, want %d", who, k, got, want)
		}
	}
	page := x.get("/desk/cases/"+id, session)
	if page.Code != http.StatusOK {
		return
	}
	if strings.Contains(page.Body.String(), "%!") {
		x.t.Errorf("%s: a sentence was given another number of values than it takes", who)
	}
	if offered := strings.Contains(page.Body.String(), x.addresses(k)[0]); offered != (want == http.StatusOK) {
		x.t.Errorf("%s: the page offers the %s: %v, and it is %d", who, k, offered, want)
	}
}

var kinds = []intake.Kind{intake.Photo, intake.Voice, intake.Video}

// TestEvidenceLevels tries everybody on every level and kind. asks says who sees it after confirming; the others' confirmation opens nothing.
func TestEvidenceLevels(t *testing.T) {
	r := newRig(t)
	const lead, co, over, other = "ecology", "emergency", "market", "transport"
	x := r.exhibits()
	k := x.open(cases.Opening{Lead: lead, Co: []string{co}, Oversight: over, Sees: []string{lead, co, over, county.DutyDesk}})
	session := map[string]string{}
	for who, m := range map[string]struct {
		role cases.Role
		unit string
	}{
		"duty": {cases.Duty, county.DutyDesk}, "signer": {cases.Handler, lead}, "mate": {cases.Handler, lead}, "co": {cases.Handler, co}, "oversight": {cases.Handler, over},
		"stranger": {cases.Handler, other}, "admin": {cases.Admin, ""}, "operator": {cases.Operator, county.DutyDesk}, "reward": {cases.RewardOff, county.DutyDesk}, "publicity": {cases.Publicity, lead},
	} {
		session[who], _ = r.signedIn(m.role, m.unit)
	}
	session["nobody"] = "x"
	x.step(k.ID, "sign", session["signer"]).is(http.StatusSeeOther)
	outside := map[string]int{"stranger": 404, "admin": 403, "operator": 403, "reward": 403, "publicity": 403, "nobody": 401}
	inside := []string{"duty", "signer", "mate", "co", "oversight"}
	asks := map[county.Level][]string{county.Cautious: {"duty", "signer"}, county.Locked: {"duty"}}
	for _, kind := range kinds {
		for _, level := range []county.Level{county.Locked, county.Open, county.Cautious} {
			x.set(k.ID, session["duty"], kind, level)
			for _, who := range inside {
				name := fmt.Sprintf("%s %s", level, who)
				if level == county.Open {
					x.see(name, k.ID, session[who], kind, http.StatusOK)
					continue
				}
				x.see(name+" before", k.ID, session[who], kind, http.StatusForbidden)
				confirm, after := http.StatusForbidden, http.StatusForbidden
				if slices.Contains(asks[level], who) {
					confirm, after = http.StatusSeeOther, http.StatusOK
				}
				x.step(k.ID, "confirm", session[who], x.about(kind)...).is(confirm)
				x.see(name+" after", k.ID, session[who], kind, after)
			}
			for who, want := range outside {
				seen := want
				if who == "nobody" {
					seen = http.StatusSeeOther // to the door
				}
				x.see(fmt.Sprintf("%s %s", level, who), k.ID, session[who], kind, seen)
				f := url.Values{"tip": {string(x.tip)}, "item": {x.items[kind].ID}, "version": {"1"}, "level": {"open"}, "note": {"我就是想看看"}}
				for _, action := range []string{"confirm", "level"} {
					if got := x.post("/desk/cases/"+k.ID+"/"+action, f, session[who]).Code; got != want {
						t.Errorf("%s %s on %s: %d, want %d", who, action, kind, got, want)
					}
				}
			}
			for _, who := range inside[1:] {
				x.step(k.ID, "level", session[who], x.about(kind, "level", "open", "note", "我就是想看看")...).is(http.StatusForbidden)
			}
		}
	}
	// A confirmation is one person's, for a day, for one piece, and ends with a change of the level.
	x.set(k.ID, session["duty"], intake.Voice, county.Locked)
	x.set(k.ID, session["duty"], intake.Voice, county.Cautious)
	x.see("after a change", k.ID, session["signer"], intake.Voice, http.StatusForbidden)
	x.step(k.ID, "confirm", session["signer"], x.about(intake.Voice)...).is(http.StatusSeeOther)
	x.see("confirmed", k.ID, session["signer"], intake.Voice, http.StatusOK)
	x.see("confirmed something else", k.ID, session["signer"], intake.Photo, http.StatusOK) // once, above
	r.advance(9 * time.Hour)
	session["signer2"], _ = r.signedIn(cases.Handler, lead)
	x.see("who did not sign", k.ID, session["signer2"], intake.Voice, http.StatusForbidden)
}

// What is guessed is not there, whoever guesses; and there is no way to the original.
func TestEvidenceGuessed(t *testing.T) {
	r := newRig(t)
	x := r.exhibits()
	k := x.open(cases.Opening{Lead: "ecology", Sees: []string{"ecology", county.DutyDesk}})
	other, tip := r.opened(r.accept(), "emergency")
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	handler, _ := r.signedIn(cases.Handler, "ecology")
	for _, kind := range kinds {
		x.set(k.ID, duty, kind, county.Open)
	}
	photo, voice := x.items[intake.Photo].ID, x.items[intake.Voice].ID
	for _, path := range []string{
		string(x.tip) + "/" + photo + "/play", string(x.tip) + "/" + voice + "/320", string(x.tip) + "/" + voice + "/1600", string(x.tip) + "/" + voice + "/original",
		string(x.tip) + "/" + photo + "/", string(x.tip) + "/" + strings.Repeat("0", 32) + "/320", string(x.tip) + "/" + voice + ".play/play",
		string(tip) + "/" + voice + "/play", strings.Repeat("0", 32) + "/" + voice + "/play", string(x.tip) + "/..%2f" + voice + "/play",
	} {
		for who, s := range map[string]string{"duty": duty, "handler": handler} {
			if got := r.get("/desk/evidence/"+path, s).Code; got != http.StatusNotFound {
				t.Errorf("%s: %s is %d", who, path, got)
			}
		}
	}
	// A form that names another case's tip, or an item of it.
	x.post("/desk/cases/"+k.ID+"/confirm", url.Values{"tip": {string(tip)}, "item": {voice}}, handler).is(http.StatusNotFound)
	x.post("/desk/cases/"+other.ID+"/confirm", url.Values{"tip": {string(x.tip)}, "item": {voice}}, duty).is(http.StatusNotFound)
}

// In a sealed case the desk sees nothing, and who signed it stands in for the desk.
func TestEvidenceOfASealedCase(t *testing.T) {
	r := newRig(t)
	x := r.exhibits()
	const lead = "discipline"
	k := x.open(cases.Opening{Lead: lead, Sealed: true, Sees: []string{lead}})
	duty, _ := r.signedIn(cases.Duty, county.DutyDesk)
	signer, _ := r.signedIn(cases.Handler, lead)
	mate, _ := r.signedIn(cases.Handler, lead)
	stranger, _ := r.signedIn(cases.Handler, "ecology")
	for _, kind := range kinds {
		x.see("the desk", k.ID, duty, kind, http.StatusNotFound)
		x.see("a stranger", k.ID, stranger, kind, http.StatusNotFound)
		f := url.Values{"tip": {string(x.tip)}, "item": {x.items[kind].ID}, "version": {"1"}, "level": {"open"}, "note": {"值班想看一看"}}
		x.post("/desk/cases/"+k.ID+"/level", f, duty).is(http.StatusNotFound)
		x.post("/desk/cases/"+k.ID+"/confirm", f, duty).is(http.StatusNotFound)
	}
	x.see("before signing", k.ID, signer, intake.Video, http.StatusForbidden)
	x.step(k.ID, "confirm", signer, x.about(intake.Video)...).is(http.StatusForbidden)
	x.step(k.ID, "sign", signer).is(http.StatusSeeOther)
	for _, kind := range []intake.Kind{intake.Voice, intake.Video} {
		x.see("before confirming", k.ID, signer, kind, http.StatusForbidden)
		x.step(k.ID, "confirm", mate, x.about(kind)...).is(http.StatusForbidden)
		x.step(k.ID, "confirm", signer, x.about(kind)...).is(http.StatusSeeOther)
		x.see("after confirming", k.ID, signer, kind, http.StatusOK)
		x.see("who did not sign", k.ID, mate, kind, http.StatusForbidden)
	}
	x.set(k.ID, signer, intake.Video, county.Open)
	x.see("opened by who signed", k.ID, mate, intake.Video, http.StatusOK)
	x.see("the desk, after that", k.ID, duty, intake.Video, http.StatusNotFound)
}

// A change of level wants a reason, stands in the history, and what was typed for it is not lost.
func TestLevelWantsAReason(t *testing.T) {
	r := newRig(t)
	x := r.exhibits()
	k := x.open(cases.Opening{Lead: "ecology", Sees: []string{"ecology", county.DutyDesk}})
	duty, m := r.signedIn(cases.Duty, county.DutyDesk)
	short := x.step(k.ID, "level", duty, x.about(intake.Video, "level", "open", "note", "看")...).is(http.StatusUnprocessableEntity).has("至少 6 个字")
	if got := short.page().Find("#note-" + x.items[intake.Video].ID).Text(); got != "看" {
		t.Errorf("what was typed came back as %q", got)
	}
	x.step(k.ID, "level", duty, x.about(intake.Video, "level", "secret", "note", "办案需要看一下")...).is(http.StatusUnprocessableEntity).has("保密程度")
	x.step(k.ID, "level", duty, x.about(intake.Video, "level", "open", "note", "画面里没有人")...).is(http.StatusSeeOther)
	x.get("/desk/cases/"+k.ID, duty).has("改了一份材料给谁看：办案单位都能看").has("画面里没有人")
	old := url.Values{"tip": {string(x.tip)}, "item": {x.items[intake.Video].ID}, "version": {"1"}, "level": {"locked"}, "note": {"画面里其实有人"}}
	x.post("/desk/cases/"+k.ID+"/level", old, duty).is(http.StatusConflict).has("画面里其实有人")
	log, err := r.custody.Read(t.Context(), "case/"+k.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := string(x.tip) + "/" + x.items[intake.Video].ID + " open"
	if !slices.ContainsFunc(log, func(e custody.Entry) bool { return e.Action == "level" && e.Actor == m.ID && e.Detail == want }) {
		t.Error("the change is not in the custody log")
	}
}

// A player asks for parts; each look stands in the custody log before it is shown.
func TestRecordingsAreServedInParts(t *testing.T) {
	r := newRig(t)
	x := r.exhibits()
	k := x.open(cases.Opening{Lead: "ecology", Sees: []string{"ecology", county.DutyDesk}})
	duty, m := r.signedIn(cases.Duty, county.DutyDesk)
	x.set(k.ID, duty, intake.Video, county.Open)
	address := x.addresses(intake.Video)[0]
	whole := x.get(address, duty).is(http.StatusOK)
	h := whole.Header()
	if h.Get("Content-Type") != "video/mp4" || h.Get("Accept-Ranges") != "bytes" || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", h)
	}
	for _, word := range []string{"SECRET-OWNER-MARK", "Lavf", "udta", "+37.9"} {
		if bytes.Contains(whole.Body.Bytes(), []byte(word)) {
			t.Errorf("%q is still there", word)
		}
	}
	part := func(value string) answer {
		req := request("GET", address, nil, duty)
		req.Header.Set("Range", value)
		return x.do(req)
	}
	all := whole.Body.Bytes()
	if got := part("bytes=100-199").is(http.StatusPartialContent); !bytes.Equal(got.Body.Bytes(), all[100:200]) {
		t.Error("a part is not that part")
	}
	if got := part("bytes=-50").is(http.StatusPartialContent); !bytes.Equal(got.Body.Bytes(), all[len(all)-50:]) {
		t.Error("the end is not the end")
	}
	part("bytes=999999999-").is(http.StatusRequestedRangeNotSatisfiable)
	log, err := r.custody.Read(t.Context(), "case/"+k.ID)
	if err != nil {
		t.Fatal(err)
	}
	looks := 0
	for _, e := range log {
		if e.Action == "evidence" && e.Actor == m.ID {
			looks++
		}
	}
	if looks != 4 {
		t.Errorf("%d looks in the log, want 4", looks)
	}
}

// The person hears at once what is wrong with a recording, and keeps everything else.
func TestRecordingsAtTheDoor(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		field string
		file  []byte
		says  string
	}{
		"too long a voice note":     {"voice", amr(5*60*50 + 1), "超过 5 分钟"},
		"a magic and nothing more":  {"voice", []byte("#!AMR\n1234"), "放不出来"},
		"a video as a voice note":   {"voice", file(t, "film.mp4"), "是录像"},
		"a voice note as a video":   {"video", file(t, "tone.m4a"), "不是能收的录像"},
		"half a video":              {"video", file(t, "film.mp4")[:2000], "放不出来"},
		"a photo as a video":        {"video", photo(t), "不是能收的录像"},
		"more than a video may be":  {"video", append(file(t, "film.mp4"), make([]byte, 1<<20)...), "超过 1 MB"},
		"text as a voice note":      {"voice", []byte("hello, world"), "不是能收的录音"},
		"an empty voice note":       {"voice", nil, "放不出来"},
		"a video without its index": {"video", file(t, "film.mp4")[:300], "放不出来"},
	} {
		t.Run(name, func(t *testing.T) {
			r.t = t
			before := r.stored()
			a := r.send("/report", newForm(r.tipFields()...).file("photos", "a.jpg", photo(t)).file(c.field, "x", c.file)).is(http.StatusUnprocessableEntity).has(c.says)
			if n := a.page().Find(`[name="staged"]`).Length(); n != 1 || a.value("where") == "" {
				t.Errorf("%d files kept, want the photo; %q typed", n, a.value("where"))
			}
			if n := r.stored() - before; n != 1 {
				t.Errorf("%d files are in the store, want the photo alone", n)
			}
			ahead := r.send("/report/evidence", newForm("token", r.get("/report").value("token"), "kind", c.field).file("file", "x", c.file))
			if ahead.Code == http.StatusOK {
				t.Error("sent ahead it is taken")
			}
			ahead.has(c.says)
		})
	}
}
