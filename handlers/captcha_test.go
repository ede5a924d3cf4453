package handlers

import (
	"bytes"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"qianshao/config"
)

// digits reads the answer where the program keeps it.
func (r *rig) digits(id string) string {
	r.t.Helper()
	raw, err := r.engines.Queue.Redis().Get(r.t.Context(), "captcha:"+id).Bytes()
	if err != nil {
		r.t.Fatalf("captcha %q: %v", id, err)
	}
	for i := range raw {
		raw[i] += '0'
	}
	return string(raw)
}

func budgetOf(n int) func(*config.Config) { return func(c *config.Config) { c.CaptchaBudget = n } }

func TestCaptchaWhenTheBudgetIsSpent(t *testing.T) {
	r := newRig(t, budgetOf(1))
	if r.get("/report").page().Find(".captcha").Length() > 0 {
		t.Error("a captcha before the budget is spent")
	}
	r.accept()
	if r.get("/report").page().Find(".captcha").Length() != 1 {
		t.Error("no captcha on a new form when the budget is spent")
	}
	fields := r.tipFields()
	asked := r.send("/report", newForm(fields...).file("photos", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity).has("先认一下图里的数字")
	staged := asked.value("staged")
	if staged == "" || asked.page().Find(`[name="words"]`).Text() != "夜里有味" {
		t.Fatal("what was typed or sent is gone")
	}
	fields = append(fields, "staged", staged)
	wrong := r.send("/report", newForm(append(fields, "captcha_id", asked.value("captcha_id"), "captcha", "12")...)).is(http.StatusUnprocessableEntity).has("数字没认对")
	if wrong.value("captcha_id") == asked.value("captcha_id") {
		t.Error("the same captcha after a wrong answer")
	}
	id := wrong.value("captcha_id")
	right := append(fields, "captcha_id", id, "captcha", " "+r.digits(id)[:3]+" "+r.digits(id)[3:])
	mistake := r.send("/report", newForm(replaced(right, "now", "forged")...)).is(http.StatusUnprocessableEntity).has("没选对")
	if mistake.page().Find(".captcha").Length() > 0 {
		t.Error("another captcha because of a mistake elsewhere in the form")
	}
	code := r.send("/report", newForm(fields...)).is(http.StatusOK).has("收到 1 张照片。").code()
	if twice := r.send("/report", newForm(right...)).is(http.StatusOK); twice.code() != code {
		t.Error("a double tap gives another receipt")
	}
	other := replaced(right, "token", r.get("/report").value("token"))
	r.send("/report", newForm(other...)).is(http.StatusUnprocessableEntity).has("刚才那张图过了时候") // used up

	elsewhere := request("GET", "/report", nil)
	elsewhere.RemoteAddr = "198.51.100.1:9"
	if r.do(elsewhere).page().Find(".captcha").Length() > 0 {
		t.Error("another network pays for this one")
	}
}

func TestCaptchaPictureAndVoice(t *testing.T) {
	r := newRig(t, func(c *config.Config) { c.Captcha = "always" })
	id := r.get("/status").value("captcha_id")
	a := r.get("/captcha/" + id + ".png").is(http.StatusOK)
	img, err := png.Decode(bytes.NewReader(a.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	white := 0
	for x := range img.Bounds().Dx() {
		if c := color.NRGBAModel.Convert(img.At(x, 0)).(color.NRGBA); c == (color.NRGBA{255, 255, 255, 255}) {
			white++
		}
	}
	if white < img.Bounds().Dx()/2 {
		t.Errorf("%d of %d points of the edge are white", white, img.Bounds().Dx())
	}
	wav := r.get("/captcha/" + id + ".wav").is(http.StatusOK)
	if wav.Header().Get("Content-Type") != "audio/wav" || !strings.HasPrefix(wav.Body.String(), "RIFF") {
		t.Errorf("the voice is %s", wav.Header().Get("Content-Type"))
	}
	r.get("/captcha/" + id + ".gif").is(http.StatusNotFound)
	r.get("/captcha/unknown.png").is(http.StatusNotFound)
	ttl, err := r.engines.Queue.Redis().TTL(t.Context(), "captcha:"+id).Result()
	if err != nil || ttl <= 25*time.Minute || ttl > 30*time.Minute {
		t.Errorf("the captcha lives %v, %v", ttl, err)
	}
	digits := r.digits(id)
	if strings.Contains(r.log.String(), digits) || strings.Contains(r.log.String(), id) {
		t.Error("the log holds a captcha")
	}
	for range 120 {
		r.get("/captcha/unknown.png")
	}
	r.get("/captcha/" + id + ".png").is(http.StatusServiceUnavailable)
}

func TestCaptchaAfterAWrongCode(t *testing.T) {
	r := newRig(t)
	code := r.accept()
	if r.get("/status").page().Find(".captcha").Length() > 0 {
		t.Error("a captcha before anything was wrong")
	}
	for range 2 { // the third brings the captcha
		r.post("/status", form2("code", "1111222233334444")).is(http.StatusNotFound)
	}
	wrong := r.post("/status", form2("code", "1111222233334444")).is(http.StatusNotFound).has("没找到这个码")
	if wrong.value("code") != "1111222233334444" {
		t.Error("the code that was typed is gone")
	}
	r.post("/status", form2("code", code)).is(http.StatusUnprocessableEntity).has("先认一下图里的数字")
	id := wrong.value("captcha_id")
	r.post("/status", form2("code", code, "captcha_id", id, "captcha", r.digits(id))).is(http.StatusOK).has("收到了")
}

func TestSlipInACodeCostsNothing(t *testing.T) {
	r := newRig(t)
	code := r.accept()
	for typed, says := range map[string]string{"": "还没输码", code[:15]: "您打了 15 个", code + "1": "您打了 17 个"} {
		a := r.post("/status", form2("code", typed)).is(http.StatusUnprocessableEntity).has(says)
		if a.page().Find(".captcha").Length() > 0 || a.value("code") != typed {
			t.Errorf("%q: a captcha, or %q came back", typed, a.value("code"))
		}
	}
	r.post("/status", form2("code", code[:4]+"。"+code[4:])).is(http.StatusOK)
	broken := r.post("/status", form2("code", "", "words", "又来\xff一车")).is(http.StatusUnprocessableEntity)
	if got := broken.value("words"); got != "又来□一车" {
		t.Errorf("the words came back as %q", got)
	}
	bad := request("POST", "/status", strings.NewReader("code=%zz"))
	bad.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.do(bad).is(http.StatusUnprocessableEntity).has("没传完网就断了").has("回首页")
}

func TestStoringWithoutSendingIsBounded(t *testing.T) {
	r := newRig(t, budgetOf(1))
	token := r.get("/report").value("token")
	ahead := func() answer {
		return r.send("/report/evidence", newForm("token", token, "kind", "photo").file("file", "a.jpg", photo(t)))
	}
	for range 11 {
		ahead().is(http.StatusOK)
	}
	ahead().is(http.StatusUnprocessableEntity).has("先认一下图里的数字")
	rubbish := newForm(append(r.tipFields(), "captcha_id", "x", "captcha", "123456")...).file("photos", "a.jpg", photo(t))
	if a := r.send("/report", rubbish).is(http.StatusUnprocessableEntity); a.page().Find(`[name="staged"]`).Length() > 0 {
		t.Error("rubbish for a captcha stores a file")
	}
	r.send("/report", newForm(r.tipFields()...)).is(http.StatusOK) // a tip without files is not held up by it

	// Whoever shares the network gets a captcha to solve, and with it the photo through: with the form, or ahead of it.
	r = newRig(t, func(c *config.Config) { c.CaptchaBudget = 2 })
	token = r.get("/report").value("token")
	for range 22 {
		ahead().is(http.StatusOK)
	}
	fields := r.tipFields()
	refused := r.send("/report", newForm(fields...).file("photos", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity).has("先认一下图里的数字")
	id := refused.value("captcha_id")
	r.send("/report", newForm(append(fields, "captcha_id", id, "captcha", r.digits(id))...).file("photos", "a.jpg", photo(t))).is(http.StatusOK).has("收到 1 张照片。")
	page := r.get("/report")
	id, token = page.value("captcha_id"), page.value("token")
	r.send("/report/evidence", newForm("token", token, "kind", "photo", "captcha_id", id, "captcha", r.digits(id)).file("file", "a.jpg", photo(t))).is(http.StatusOK)
	ahead().is(http.StatusOK)
}

func TestHoneypotAsksForACaptcha(t *testing.T) {
	r := newRig(t)
	r.send("/report", newForm(append(r.tipFields(), "wechat_trap", "x")...)).is(http.StatusUnprocessableEntity).has("先认一下图里的数字")
	never := newRig(t, func(c *config.Config) { c.Captcha = "never" })
	never.send("/report", newForm(append(never.tipFields(), "wechat_trap", "x")...)).is(http.StatusOK)
}

func TestWithoutRedisNoTipIsLost(t *testing.T) {
	for _, mode := range []string{"budget", "always"} {
		r := newRig(t, func(c *config.Config) { c.Captcha, c.CaptchaBudget = mode, 0 })
		if err := r.engines.Queue.Close(); err != nil {
			t.Fatal(err)
		}
		r.send("/report", newForm(r.tipFields()...).file("photos", "a.jpg", photo(t))).is(http.StatusOK).code()
	}
}

// TestCaptchaThatWentStale: whoever wrote for longer than the digits live is not told that they were wrong.
func TestCaptchaThatWentStale(t *testing.T) {
	r := newRig(t, func(c *config.Config) { c.Captcha = "always" })
	form := r.get("/report")
	id := form.value("captcha_id")
	digits := r.digits(id)
	if err := r.engines.Queue.Redis().Del(t.Context(), "captcha:"+id).Err(); err != nil { // as time does it
		t.Fatal(err)
	}
	fields := replaced(r.tipFields(), "token", form.value("token"))
	asked := r.send("/report", newForm(append(fields, "captcha_id", id, "captcha", digits)...)).is(http.StatusUnprocessableEntity).has("刚才那张图过了时候")
	if strings.Contains(asked.Body.String(), "没认对") {
		t.Error("right digits that went stale are called wrong")
	}
	id = asked.value("captcha_id")
	r.send("/report", newForm(append(fields, "captcha_id", id, "captcha", r.digits(id))...)).is(http.StatusOK)
}

func TestCaptchaBeforeACodeBlamesNobody(t *testing.T) {
	r := newRig(t)
	for range 2 { // the third brings the captcha
		r.post("/status", form2("code", "1111222233334444")).is(http.StatusNotFound)
	}
	r.post("/status", form2("code", "1111222233334444")).has("乱猜码")
	r.get("/status").has("乱猜码")
	if always := newRig(t, func(c *config.Config) { c.Captcha = "always" }); strings.Contains(always.get("/report").Body.String(), "猜码") {
		t.Error("the form speaks of codes")
	}
}

// TestFormTakesSoManyFiles counts what a form stores, not what it keeps: files that were taken away again lie in the store for two days.
func TestFormTakesSoManyFiles(t *testing.T) {
	r := newRig(t)
	token := r.get("/report").value("token")
	ahead := func() answer {
		return r.send("/report/evidence", newForm("token", token, "kind", "photo").file("file", "a.jpg", photo(t)))
	}
	for range 40 {
		ahead().is(http.StatusOK)
	}
	ahead().is(http.StatusUnprocessableEntity).has("传过的文件太多了")
	fields := replaced(r.tipFields(), "token", token)
	r.send("/report", newForm(fields...).file("photos", "a.jpg", photo(t))).is(http.StatusUnprocessableEntity).has("传过的文件太多了")
	if n := r.stored(); n != 40 {
		t.Errorf("%d files stored, want 40", n)
	}
	r.accept() // another form of the same network
	r.send("/report", newForm(fields...)).is(http.StatusOK)

	away := newRig(t)
	token = away.get("/report").value("token")
	if err := away.engines.Queue.Close(); err != nil {
		t.Fatal(err)
	}
	away.send("/report/evidence", newForm("token", token, "kind", "photo").file("file", "a.jpg", photo(t))).is(http.StatusOK)
}
