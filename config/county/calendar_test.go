package county

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const nextYear = `date,name,kind
2027-01-01,元旦,off
2027-02-05,春节,off
2027-02-08,春节,off
2027-02-09,春节,off
2027-02-10,春节,off
2027-02-20,春节补班,work
2027-10-01,国庆节,off
2027-10-04,国庆节,off
2027-10-05,国庆节,off
`

func TestReadYear(t *testing.T) {
	y, problems := ReadYear([]byte("\ufeff" + nextYear))
	if len(problems) > 0 || y.Year != 2027 || len(y.Days) != 9 {
		t.Fatalf("%+v, %v", y, problems)
	}
	spoken := strings.NewReplacer("date,name,kind", "日期,名称,类别", ",off", ",放假", ",work", ",补班").Replace(nextYear)
	if said, problems := ReadYear([]byte(spoken)); len(problems) > 0 || !slices.Equal(said.Days, y.Days) {
		t.Errorf("in Chinese: %+v, %v", said, problems)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"two years":         {"2027-10-05", "2028-10-05", "不是 2027 年的"},
		"no day":            {"2027-10-05", "2027-10-35", "日期“2027-10-35”不对"},
		"twice":             {"2027-10-05", "2027-10-04", "重复了"},
		"a weekday made up": {"2027-02-20", "2027-02-22", "不是周六周日"},
		"kind":              {"春节补班,work", "春节补班,上班", "不认识"},
		"without 国庆":        {"国庆节", "端午节", "放假不全"},
		"without a header":  {"date,name,kind\n", "", "列名不对"},
		"an Excel workbook": {nextYear, "PK\x03\x04\xff\xfe", "列名不对"},
		"too few columns":   {"2027-10-05,国庆节,off", "2027-10-05,off", "读不出来"},
		"nothing in it":     {nextYear, "date,name,kind\n", "一条也没有"},
	} {
		got, problems := ReadYear([]byte(strings.ReplaceAll(nextYear, c.old, c.new)))
		if got.Year != 0 || !slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.What, c.want) && p.Remedy != "" }) {
			t.Errorf("%s: %+v, %v", name, got, problems)
		}
	}
}

// What is announced to one profile stays there, counts at once, and replaces what was known of the year.
func TestAnnounce(t *testing.T) {
	p, other := fangshan(t), fangshan(t)
	if p == other {
		t.Fatal("the profile is shared")
	}
	friday := time.Date(2027, 2, 5, 12, 0, 0, 0, p.Zone)
	if !p.Calendar.IsWorkday(friday) || p.Calendar.Knows(2027) {
		t.Fatal("the year is known already")
	}
	y, problems := ReadYear([]byte(nextYear))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			p.Calendar.Announce(Year{Year: 2030 + i, Days: []Holiday{{Date: fmt.Sprintf("%d-05-04", 2030+i)}}})
		})
	}
	wg.Go(func() { p.Calendar.Announce(y) })
	wg.Wait()
	if p.Calendar.IsWorkday(friday) || !p.Calendar.IsHoliday(friday) || !p.Calendar.IsWorkday(friday.AddDate(0, 0, 15)) || !p.Calendar.Has(y) || !p.Calendar.Knows(2037) {
		t.Error("what was announced does not count")
	}
	if !other.Calendar.IsWorkday(friday) || other.Calendar.Knows(2027) {
		t.Error("it counts for another profile")
	}
	p.Calendar.Announce(Year{Year: 2027, Days: y.Days[:1]})
	if !p.Calendar.IsWorkday(friday) || p.Calendar.Has(y) || !p.Calendar.IsHoliday(time.Date(2037, 5, 4, 9, 0, 0, 0, p.Zone)) {
		t.Error("announcing a year again does not replace it, or replaces another one")
	}
	p.Calendar.Announce(Year{Year: 2026})
	if !p.Calendar.IsWorkday(time.Date(2026, 10, 1, 9, 0, 0, 0, p.Zone)) {
		t.Error("a year that was announced anew still has its old holidays")
	}
}

func TestMissingYears(t *testing.T) {
	p := fangshan(t)
	for day, want := range map[string]string{"2026-09-30": "[]", "2026-10-01": "[2027]", "2026-10-31": "[2027]", "2026-12-31": "[2027]", "2027-01-01": "[2027]", "2027-11-02": "[2027 2028]"} {
		now, _ := time.ParseInLocation(time.DateOnly, day, p.Zone)
		if got := fmt.Sprint(p.MissingYears(now)); got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
}

// How much work lies between two moments is what a limit of that much work takes.
func TestWorkBetween(t *testing.T) {
	p := fangshan(t)
	from := time.Date(2026, 9, 30, 17, 30, 0, 0, p.Zone)
	for h := range 30 {
		work := time.Duration(h) * 20 * time.Minute
		if got := p.WorkBetween(from, p.AfterWork(from, work)); got != work {
			t.Errorf("%v of work: %v lie between", work, got)
		}
	}
}
