package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"qianshao/config/county"
)

// enacted is the profile of a county that has its rules in force, with money for this year.
func enacted(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fangshan")
	if err := os.CopyFS(dir, county.Files()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "rewards.yaml")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("\ndraft: true\n", "\ndraft: false\n", "budget_yuan: {value: {},", fmt.Sprintf("budget_yuan: {value: {%d: 100000},", time.Now().In(zone).Year())).Replace(string(raw))
	if text == string(raw) {
		t.Fatal("the rules were not put in force")
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// rewardStaff are those who have a part in a reward.
type rewardStaff struct{ unit, decider, officer, cashier, second, auditor *browser }

func (p *process) rewardStaff(env []string) rewardStaff {
	p.t.Helper()
	add := func(login, role, unit string) *browser {
		return p.signIn(login, command(p.t, env, "staff", "add", login, "--name="+login, "--role="+role, "--unit="+unit))
	}
	return rewardStaff{add("tiqing", "handler", "emergency"), add("heding", "handler", "emergency"), add("hema", "reward", "emergency"),
		add("fukuan", "finance", "county_gov"), add("fukuan2", "finance", "county_gov"), add("shenji", "auditor", "county_gov")}
}

// villageName is what people call a village of the embedded profile.
func villageName(t *testing.T, code string) string {
	t.Helper()
	profile, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range profile.Villages {
		if v.Code == code {
			return strings.TrimSuffix(v.Name, "村")
		}
	}
	t.Fatalf("no village %s", code)
	return ""
}

// approved carries a tip with a wish to where its reward can be claimed, and gives its codes.
func (s rewardStaff) approved(resident *browser, at, village, words string) (code, claim string) {
	resident.t.Helper()
	code, claim = s.proposed(resident, at, village, words)
	s.decider.act(s.decider.get("/desk/awards"), "approve", nil)
	return code, claim
}

// proposed carries it to where somebody has to decide.
func (s rewardStaff) proposed(resident *browser, at, village, words string) (code, claim string) {
	t := resident.t
	t.Helper()
	form := resident.newTip(at, words)
	form.fields.Set("reward", "1")
	contentType, body := form.encode()
	_, receipt := resident.do(http.MethodPost, "/report", contentType, strings.NewReader(string(body)))
	shown := func(list string) string {
		return sixteen.FindString(strings.Join(strings.Fields(receipt.Find(list+" li").Text()), ""))
	}
	if code, claim = shown("ol#code"), shown("ol#claim"); code == "" || claim == "" {
		t.Fatalf("no two codes on the receipt:\n%s", receipt.Text())
	}
	page := s.unit.caseOn(village)
	page = s.unit.act(page, "sign", nil)
	page = s.unit.act(page, "look", url.Values{"note": {"两个人在外围看过。"}})
	today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	page = s.unit.record(page, "survey", url.Values{"on": {today}, "survey.site": {"村东旧砖厂"}, "survey.before": {"no"}, "survey.running": {"yes"}, "survey.hazardous": {"yes"}, "survey.controlled": {"no"}})
	page = s.unit.act(page, "conclude", url.Values{"outcome": {"true"}, "note": {"院里有反应釜和废桶。"}})
	page = s.unit.record(page, "penalty", url.Values{"on": {today}, "penalty.case": {"立案1号"}, "penalty.filed": {today}, "penalty.decision": {"罚决1号"}, "penalty.decided": {today},
		"penalty.fine": {"50000"}})
	award, _ := page.Find(`a[href$="/award"]`).First().Attr("href")
	s.unit.post(award, nil)
	return code, claim
}

// record fills in a form of the case by two officers, and gives the page of the case.
func (b *browser) record(page *goquery.Document, kind string, fields url.Values) *goquery.Document {
	b.t.Helper()
	path, ok := page.Find(`a[href$="/record/` + kind + `"]`).First().Attr("href")
	if !ok {
		b.t.Fatalf("no form %q on the case page:\n%s", kind, page.Text())
	}
	fields.Set("version", hidden(b.t, b.get(path), "version"))
	fields.Set("officers", "王五\n赵六")
	return b.post(path, fields)
}

// try posts and gives the page; nil when the process died before it answered.
func (b *browser) try(ctx context.Context, path string, form url.Values) *goquery.Document {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, v := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: v})
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	page, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		return nil
	}
	return page
}

// raw gets a file.
func (b *browser) raw(path string) []byte {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for name, v := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: v})
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("GET %s: %d, %v", path, resp.StatusCode, err)
	}
	return raw
}

func secondOf(page *goquery.Document) string {
	if page == nil {
		return ""
	}
	return sixteen.FindString(strings.Join(strings.Fields(page.Find("ol#second li").Text()), ""))
}

// TestKilledWhilePaying kills the process with SIGKILL while several claim one reward, and again while several pay it. One page gets a second code and gets
// the same again after the crash; in the end every reward is paid once, and the money adds up to the 分.
func TestKilledWhilePaying(t *testing.T) {
	t.Parallel()
	env := settings(t, "QIANSHAO_PROFILE="+enacted(t))
	p := start(t, "run", env)
	p.await("told the first administrator's link", func() bool { return setupLinks.MatchString(p.printed()) })
	p.signIn("admin", p.printed())
	staff := p.rewardStaff(env)
	villages := []string{"141128103229", "141128102211", "141128104208", "141128101227"}
	rnd := rand.New(rand.NewPCG(8, 13))
	// fire sends all forms at once and kills the process within so many milliseconds.
	fire := func(within int, by []*browser, path string, forms []url.Values) []*goquery.Document {
		pages := make([]*goquery.Document, len(forms))
		var wg sync.WaitGroup
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for i, f := range forms {
			wg.Go(func() { pages[i] = by[i%len(by)].try(ctx, path, f) })
		}
		<-time.NewTimer(time.Duration(rnd.IntN(within)) * time.Millisecond).C
		p.kill()
		wg.Wait()
		p = start(t, "run", env)
		return pages
	}
	resident := p.browser()
	shown, paidBefore := 0, 0
	for i, v := range villages {
		name := villageName(t, v)
		_, claim := staff.approved(resident, v, name, fmt.Sprintf("%s 院里有桶，夜里味道呛人，第 %d 家。", name, i))
		var forms []url.Values
		for range 4 {
			visit := hidden(t, resident.post("/claim", url.Values{"code": {claim}}), "visit")
			forms = append(forms, url.Values{"visit": {visit}, "way": {"window"}, "name": {"王小二"}, "id_number": {"11010519491231002X"}, "declared": {"1"}})
		}
		seconds := map[string]bool{}
		for _, page := range fire(30, []*browser{resident}, "/claim/pay", forms) {
			if s := secondOf(page); s != "" {
				seconds[s] = true
				shown++
			}
		}
		for range 2 { // the same pages once more, and once more
			for _, f := range forms {
				if s := secondOf(resident.try(t.Context(), "/claim/pay", f)); s != "" {
					seconds[s] = true
				}
			}
		}
		if len(seconds) != 1 {
			t.Fatalf("%d second codes for one reward", len(seconds))
		}
		var second string
		for second = range seconds {
		}
		checked := staff.officer.post("/desk/payout/check", url.Values{"code": {claim}})
		one := strings.TrimSuffix(checked.Find(`form[action$="/verify"]`).AttrOr("action", ""), "/verify")
		staff.officer.act(checked, "verify", nil)
		cashiers := []*browser{staff.cashier, staff.second}
		var pays []url.Values
		for k := range 4 {
			page := cashiers[k%2].get(one)
			pays = append(pays, url.Values{"version": {hidden(t, page, "version")}, "key": {hidden(t, page, "key")}, "code": {second}})
		}
		fire(10, cashiers, one+"/pay", pays)
		if staff.cashier.get(one).Find(`form[action$="/pay"]`).Length() == 0 {
			paidBefore++
		}
		for k, f := range pays {
			cashiers[k%2].try(t.Context(), one+"/pay", f)
		}
		if text := staff.cashier.get(one).Text(); !strings.Contains(text, "已付款") {
			t.Errorf("not paid after the crash:\n%s", text)
		}
	}
	t.Logf("of %d rewards %d second codes were shown and %d were paid before the kill", len(villages), shown, paidBefore)
	audit := staff.auditor.get("/desk/payout/audit")
	text := strings.Join(strings.Fields(audit.Find("main").Text()), " ")
	if !strings.Contains(text, "100,00030,00070,0000") || !strings.Contains(text, "已付款430,000总计30,000") || !strings.Contains(text, "一分不差") {
		t.Errorf("four rewards of 7,500 were paid: %s", text)
	}
}

// TestVaultOpen opens a sealed payee with the officers' key on a machine that is not the server.
func TestVaultOpen(t *testing.T) {
	t.Parallel()
	env := settings(t, "QIANSHAO_PROFILE="+enacted(t))
	p := start(t, "run", env)
	p.await("told the first administrator's link", func() bool { return setupLinks.MatchString(p.printed()) })
	p.signIn("admin", p.printed())
	staff := p.rewardStaff(env)
	resident := p.browser()
	_, claim := staff.approved(resident, "141128103229", "店坪", "院里有桶，夜里味道呛人。")
	visit := hidden(t, resident.post("/claim", url.Values{"code": {claim}}), "visit")
	resident.post("/claim/pay", url.Values{"visit": {visit}, "way": {"window"}, "name": {"王小二"}, "id_number": {"11010519491231002X"}, "declared": {"1"}})
	checked := staff.officer.post("/desk/payout/check", url.Values{"code": {claim}})
	one := strings.TrimSuffix(checked.Find(`form[action$="/verify"]`).AttrOr("action", ""), "/verify")
	staff.officer.act(checked, "verify", nil)
	sealed := filepath.Join(t.TempDir(), "payee.age")
	if err := os.WriteFile(sealed, staff.cashier.raw(one+"/payee"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.stop()
	key := filepath.Join(value(env, "QIANSHAO_DATA"), "keys", "officer-identity-MOVE-OFFLINE.txt")
	if out := command(t, nil, "vault", "open", sealed, "--key="+key); !strings.Contains(out, "王小二") || !strings.Contains(out, "11010519491231002X") || !strings.Contains(out, "奖 ") {
		t.Errorf("opened: %s", out)
	}
	if strings.Contains(p.printed(), "王小二") || strings.Contains(p.printed(), claim) {
		t.Error("the log holds a name or a claim code")
	}
	for _, root := range []string{"docs.db", "docs.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(value(env, "QIANSHAO_DATA"), root)); err == nil && strings.Contains(string(b), "王小二") {
			t.Errorf("%s holds a name", root)
		}
	}
}
