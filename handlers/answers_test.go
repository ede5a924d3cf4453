package handlers

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestFullDiskTakesWords(t *testing.T) {
	r := newRig(t)
	r.blobs.full.Store(true)
	fields := r.tipFields()
	a := r.send("/report", newForm(fields...).file("photos", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity)
	if got := a.page().Find("[data-sent] .wrong").Text(); !strings.Contains(got, "照片现在收不下，话可以先发") {
		t.Errorf("beside the photo: %q", got)
	}
	r.send("/report", newForm(a.fields("#report")...)).is(http.StatusOK).code()
	r.send("/report/evidence", newForm("token", r.get("/report").value("token"), "kind", "photo").file("file", "a.jpg", photo(t))).
		is(http.StatusInsufficientStorage).has("照片现在收不下")
	r.get("/readyz").is(http.StatusOK).has(`"ready":true`).has(`"full":["blobs"]`)
}

// TestFormThatEndsInAHeader: bodies that end cleanly are whole only with their last boundary.
func TestFormThatEndsInAHeader(t *testing.T) {
	r := newRig(t)
	f := newForm(r.tipFields()...)
	f.b.WriteString("\r\n--" + f.w.Boundary() + "\r\n")
	fields := f.b.String()
	header := "Content-Disposition: form-data; name=\"contact\"\r\n"
	for name, body := range map[string]string{"a boundary": fields, "half a header": fields + header[:20], "a header": fields + header, "a part": fields + header + "\r\n晚上"} {
		a := r.sendRaw("/report", f, strings.NewReader(body)).is(http.StatusUnprocessableEntity).has("没传完网就断了")
		if a.value("where") != "老砖厂，村口往里走" {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if n := r.tipsAccepted(); n != "0" {
		t.Errorf("%s tips accepted", n)
	}
	f = newForm(r.tipFields()...).file("photos", "a.jpg", bytes.Repeat(photo(t), 9))
	if err := f.w.Close(); err != nil {
		t.Fatal(err)
	}
	f.b.WriteString(strings.Repeat("behind the form\r\n", 1000))
	r.sendRaw("/report", f, &f.b).is(http.StatusOK)
}

func TestSummaryNamesTheField(t *testing.T) {
	r := newRig(t)
	long := strings.Repeat("长", 3000)
	lines := func(a answer) (all []string) {
		a.page().Find("#summary li").Each(func(_ int, s *goquery.Selection) { all = append(all, s.Text()) })
		return all
	}
	two := lines(r.send("/report", newForm(replaced(replaced(r.tipFields(), "words", long), "where", long)...)))
	if len(two) != 2 || !strings.HasPrefix(two[0], "“怎么走，旁边有什么”那里：这里写得太长") || !strings.HasPrefix(two[1], "“用自己的话说”那里：这里写得太长") {
		t.Errorf("the summary says %q", two)
	}
	forged := r.tipFields()
	for _, f := range []string{"e", "signs", "sites", "town", "village", "now", "times", "before"} {
		forged = replaced(forged, f, "forged")
	}
	a := r.send("/report", newForm(append(forged, "lon", "999", "lat", "0")...)).is(http.StatusUnprocessableEntity)
	if got := strings.Join(lines(a), "\n"); strings.Count(got, "没选对") != 1 {
		t.Errorf("the summary says %s", got)
	}
	if n := a.page().Find("#f-now .wrong, #f-times .wrong, #f-before .wrong").Length(); n != 3 {
		t.Errorf("%d fields say what is wrong beside them, want 3", n)
	}
	a.page().Find("#summary a").Each(func(_ int, s *goquery.Selection) {
		if a.page().Find(s.AttrOr("href", "-")).Length() == 0 {
			t.Errorf("the line %q leads nowhere", s.Text())
		}
	})
}

func TestStalePagesPromiseNothing(t *testing.T) {
	r := newRig(t)
	kept := r.post("/report/kept?zi=2", form2("token", "old")).is(http.StatusUnprocessableEntity).has("没有记上")
	ahead := r.send("/report/evidence", newForm("token", "old", "kind", "photo").file("file", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity)
	for _, a := range []answer{kept, ahead} {
		if strings.Contains(a.Body.String(), "您写的都还在") {
			t.Errorf("a page that brings no form back says so: %s", a.Body.String())
		}
	}
	for path, to := range map[string]string{"/report/kept": "/status", "/status/say?zi=1": "/status?zi=1"} {
		if got := r.get(path).is(http.StatusSeeOther).Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q, want %q", path, got, to)
		}
	}
}

func TestAnswersKeepTheTextSize(t *testing.T) {
	r := newRig(t)
	token := r.tipFields()[1]
	for name, a := range map[string]answer{
		"error":        r.get("/nowhere?zi=2"),
		"refused POST": r.post("/report/kept?zi=2", form2("token", "old")),
		"form":         r.send("/report?zi=2", newForm("token", token)),
		"receipt":      r.send("/report?zi=2", newForm(r.tipFields()...)),
		"lookup":       r.post("/status?zi=2", form2("code", "")),
	} {
		d := a.page()
		if d.Find("html.zi-2").Length() != 1 || !strings.HasSuffix(d.Find("a.mark").AttrOr("href", ""), "zi=2") {
			t.Errorf("%s: the chosen size is lost", name)
		}
		// The switch is the script's: a link would leave the page, and the code with it.
		if d.Find(".zi.only-js a").Length() != 3 || d.Find(`.zi a:not([href="#main"])`).Length() != 0 {
			t.Errorf("%s: no switch that stays in the page", name)
		}
	}
	if d := r.get("/report?zi=2").page(); d.Find(".zi.only-js").Length() != 0 || d.Find(".zi a").Length() != 3 {
		t.Error("a page that can be asked for again needs no script to change its size")
	}
}
