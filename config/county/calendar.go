package county

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const holidaysFile = "holidays.csv"

// Calendar knows the county's working days: those of holidays.csv, and the years that were announced since.
type Calendar struct {
	zone  *time.Location
	days  map[string]bool // "2026-10-01": whether it is a working day, where it differs from its weekday
	years map[int]bool
	later *atomic.Pointer[announced] // shared by all copies of the profile that were not parted by alone
}

// announced is never changed, only replaced.
type announced struct {
	days  map[string]bool
	years map[int]bool
}

// alone is a copy to which announcements of others do not come.
func (c Calendar) alone() Calendar {
	c.later = &atomic.Pointer[announced]{}
	return c
}

// IsWorkday reports whether t is a working day, by the notices of the State Council where the year is known, by the weekday otherwise.
func (c Calendar) IsWorkday(t time.Time) bool {
	if c.zone != nil {
		t = t.In(c.zone)
	}
	date := t.Format(time.DateOnly)
	if a := c.added(); a.years[t.Year()] { // a year that was announced counts as a whole
		if work, ok := a.days[date]; ok {
			return work
		}
	} else if work, ok := c.days[date]; ok {
		return work
	}
	return !weekend(t)
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// Knows reports whether the calendar has the holidays of the year.
func (c Calendar) Knows(year int) bool { return c.years[year] || c.added().years[year] }

// Years are the years of which the calendar has the holidays, in no order.
func (c Calendar) Years() []int {
	all := maps.Clone(c.years)
	maps.Copy(all, c.added().years)
	return slices.Collect(maps.Keys(all))
}

// Count says how many days of a year are free, and how many are worked for it, beside its weekends and weekdays.
func (c Calendar) Count(year int) (free, work int) {
	days := c.days
	if a := c.added(); a.years[year] {
		days = a.days
	}
	for date, works := range days {
		switch {
		case !strings.HasPrefix(date, fmt.Sprint(year, "-")):
		case works:
			work++
		default:
			free++
		}
	}
	return free, work
}

func (c Calendar) added() announced {
	if c.later == nil {
		return announced{}
	}
	if a := c.later.Load(); a != nil {
		return *a
	}
	return announced{}
}

// Announce adds the holidays of a year, in place of what was known of it, for everybody who has this profile. Safe for concurrent use.
func (c Calendar) Announce(y Year) {
	for {
		old := c.later.Load()
		next := announced{map[string]bool{}, map[int]bool{}}
		if old != nil {
			for date, work := range old.days {
				if !strings.HasPrefix(date, fmt.Sprint(y.Year, "-")) {
					next.days[date] = work
				}
			}
			maps.Copy(next.years, old.years)
		}
		next.years[y.Year] = true
		for _, d := range y.Days {
			next.days[d.Date] = d.Work
		}
		if c.later.CompareAndSwap(old, &next) {
			return
		}
	}
}

// MissingYears are the years of which the calendar must know the holidays on a day and does not: the current one, and from October on the next one, which the
// State Council announces in autumn and into which the limits of that time reach.
func (p *Profile) MissingYears(now time.Time) []int {
	now = now.In(p.Zone)
	var missing []int
	for y := now.Year(); y <= time.Date(now.Year(), now.Month()+3, 1, 0, 0, 0, 0, now.Location()).Year(); y++ {
		if !p.Calendar.Knows(y) {
			missing = append(missing, y)
		}
	}
	return missing
}

// Holiday is a day that differs from its weekday: free, or worked to make up for a free one. Date is 2026-10-01.
type Holiday struct {
	Date, Name string
	Work       bool
}

// Year is what the State Council announces for one year.
type Year struct {
	Year int
	Days []Holiday
}

// fewestFree is what a year has at the least: the holidays by law are 13 days (全国年节及纪念日放假办法, 2025), of which some fall on weekends.
const fewestFree = 7

// The columns of holidays.csv, and as people name them who upload a year.
var (
	holidayColumns = []string{"date", "name", "kind"}
	spokenColumns  = []string{"日期", "名称", "类别"}
)

// works says what the kinds of a day mean: whether it is worked.
var works = map[string]bool{"off": false, "放假": false, "work": true, "补班": true}

// ReadYear reads an announcement in the form of holidays.csv, or with Chinese headings (UTF-8 or GBK), for the year in which its days lie. It finds every problem at once: days of two
// years, a made-up working day on a weekday, a holiday that is missing. The year is empty when there is one.
func ReadYear(raw []byte) (Year, []Problem) {
	text := strings.TrimPrefix(string(raw), "\ufeff")
	l := &loader{}
	if !utf8.ValidString(text) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().String(text)
		if err != nil {
			l.bad(place{file: holidaysFile}, "文字的编码认不出来", "在 Excel 里另存为“CSV UTF-8”再传")
			return Year{}, l.problems
		}
		text = decoded
	}
	var y Year
	free, names := 0, ""
	columns := spokenColumns
	if strings.HasPrefix(text, holidayColumns[0]) {
		columns = holidayColumns
	}
	rows := l.rows(holidaysFile, text, columns...)
	for i := range rows {
		for n, name := range columns {
			rows[i].V[holidayColumns[n]] = rows[i].V[name]
		}
	}
	for _, d := range l.days(rows) {
		day, year := d.at, d.V.day.Year()
		switch {
		case y.Year != 0 && year != y.Year:
			l.bad(day, fmt.Sprintf("“%s”不是 %d 年的", d.V.Date, y.Year), "一份表只放一年，另一年的另传一份")
			continue
		case d.V.Work && !weekend(d.V.day):
			l.bad(day, "“"+d.V.Date+"”不是周六周日，本来就上班", "核对通知里补班的日子")
		}
		y.Year = year
		y.Days = append(y.Days, d.V.Holiday)
		names += d.V.Name
		if !d.V.Work {
			free++
		}
	}
	if len(l.problems) == 0 && (free < fewestFree || !strings.Contains(names, "春节") || !strings.Contains(names, "国庆")) {
		l.bad(place{file: holidaysFile}, "这一年的放假不全", "元旦、春节、清明、劳动节、端午、中秋、国庆都要有，放假的每一天一行")
	}
	if len(l.problems) > 0 {
		return Year{}, l.problems
	}
	return y, nil
}

// dated is a holiday with its day.
type dated struct {
	Holiday
	day time.Time
}

// days reads the rows of a table of holidays.
func (l *loader) days(rows []entry[map[string]string]) []entry[dated] {
	var out []entry[dated]
	unique := l.unique()
	for _, row := range rows {
		date, kind := row.V["date"], row.V["kind"]
		unique(row.at, "日期", date)
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			l.bad(row.at, "日期“"+date+"”不对", "写成 2026-10-01 这样")
			continue
		}
		work, known := works[kind]
		if !known {
			l.bad(row.at, "“"+kind+"”不认识", "写“放假”或者“补班”")
		}
		out = append(out, entry[dated]{dated{Holiday{date, row.V["name"], work}, day}, row.at})
	}
	return out
}

// holidays reads holidays.csv.
func (l *loader) holidays(p *Profile) {
	p.Calendar = Calendar{zone: p.Zone, days: map[string]bool{}, years: map[int]bool{}}.alone()
	for _, d := range l.days(l.table(holidaysFile, holidayColumns...)) {
		p.Calendar.days[d.V.Date] = d.V.Work
		p.Calendar.years[d.V.day.Year()] = true
	}
}

// IsHoliday reports whether t is a day that the State Council's notices name as free; other weekends are none.
func (c Calendar) IsHoliday(t time.Time) bool {
	if c.zone != nil {
		t = t.In(c.zone)
	}
	date := t.Format(time.DateOnly)
	days := c.days
	if a := c.added(); a.years[t.Year()] {
		days = a.days
	}
	work, listed := days[date]
	return listed && !work
}

// Has reports whether exactly this was announced.
func (c Calendar) Has(y Year) bool {
	a := c.added()
	if !a.years[y.Year] {
		return false
	}
	n := 0
	for date := range a.days {
		if strings.HasPrefix(date, fmt.Sprint(y.Year, "-")) {
			n++
		}
	}
	for _, d := range y.Days {
		if work, ok := a.days[d.Date]; !ok || work != d.Work {
			return false
		}
	}
	return n == len(y.Days)
}
