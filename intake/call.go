package intake

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"qianshao/intake/fault"
)

// checkCall checks what stands only in a tip that somebody took down for the person.
func (s *Service) checkCall(c *checker, r *Report) {
	if _, ok := s.Profile.Hotline.Channel(r.Channel); !ok {
		r.Told, r.Order = time.Time{}, ""
		if !slices.Contains([]string{"web", "wechat", "gateway", "demo"}, r.Channel) {
			r.Channel = "web" // set by our own handlers, so nobody has to be asked
		}
		return
	}
	now := s.Now()
	switch back := s.Profile.Hotline.DaysBack; {
	case r.Told.IsZero():
	case r.Told.After(now):
		c.add("told", fault.New(fault.Invalid, "told.future"))
	case r.Told.Before(s.Profile.Day(now).AddDate(0, 0, -back)):
		c.add("told", fault.New(fault.Invalid, "told.old", back))
	}
	if number, ok := cleanOrder(r.Order); ok {
		r.Order = number
	} else {
		c.add("order", fault.New(fault.Invalid, "order.format"))
	}
}

// orderPattern is a number of a work order: digits, perhaps with letters and dashes.
var orderPattern = regexp.MustCompile(`^[0-9A-Z][0-9A-Z\-]{3,39}$`)

// cleanOrder writes a number as the same order always is: full-width digits, spaces and small letters are one person's keyboard. Without a number it is fine.
func cleanOrder(typed string) (string, bool) {
	line, broken := CleanLine(norm.NFKC.String(typed))
	number := strings.ToUpper(strings.Join(strings.Fields(line), ""))
	return number, number == "" || !broken && orderPattern.MatchString(number)
}

// clockLayouts are the ways in which people and sheets write a moment. All take one digit for two.
var clockLayouts = []string{"2006-1-2 15:4:5", "2006-1-2 15:4", "2006-1-2T15:4:5", "2006-1-2T15:4", "2006年1月2日 15时4分5秒", "2006年1月2日 15时4分", "2006年1月2日 15:4:5", "2006年1月2日 15:4"}

var dayLayouts = []string{"2006-1-2", "2006年1月2日"}

// ParseTold reads when a call came, in the time of the county, to the minute. A day alone is its last minute, or now when it is today, so that nobody who
// came that day at a known time is overtaken. fault told.format.
func (s *Service) ParseTold(typed string) (time.Time, error) {
	line, _ := CleanLine(norm.NFKC.String(typed))
	line = strings.NewReplacer("/", "-", ".", "-", "日 ", "日 ", "日", "日 ", "年 ", "年", "月 ", "月").Replace(line)
	line = strings.Join(strings.Fields(line), " ")
	for _, layout := range clockLayouts {
		if t, err := time.ParseInLocation(layout, line, s.Profile.Zone); err == nil {
			return t.Truncate(time.Minute), nil
		}
	}
	for _, layout := range dayLayouts {
		if t, err := time.ParseInLocation(layout, line, s.Profile.Zone); err == nil {
			last, now := t.AddDate(0, 0, 1).Add(-time.Minute), s.Now().Truncate(time.Minute)
			if s.Profile.Day(now).Equal(t) {
				last = now
			}
			return last, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "told.format").On("told")
}
