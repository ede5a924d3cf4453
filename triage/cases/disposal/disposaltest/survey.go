// Package disposaltest gives tests of other rooms a record that is complete: most of them only need that somebody was there.
package disposaltest

import (
	"time"

	"qianshao/triage/cases/disposal"
)

// Survey is what two officers noted on the spot, without which nothing is concluded. day is in the county.
func Survey(day time.Time) *disposal.Form {
	return &disposal.Form{
		Kind: disposal.KindSurvey, On: disposal.Day(day.Format(time.DateOnly)), Officers: []disposal.Person{"张三", "李四"},
		Survey: &disposal.Survey{Site: "旧砖厂", Before: "no", Running: "never", Hazardous: "no", Controlled: "no"},
	}
}
