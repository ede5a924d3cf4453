package demo

import (
	"qianshao/config/county"
	"qianshao/notify/numbers"
)

// Impact is what came of invented tips: of somewhat more than there are matters in Months, as several people see the same.
func Impact() numbers.Impact {
	return numbers.Impact{Tips: 560, Concluded: 470, True: 205, Removed: 155, Enough: true, Share: 44, Days: 6}
}

// Months are invented numbers of half a year, the newest first: a busy county seat, quiet townships, and kinds that nearly never come.
func Months(p *county.Profile) []map[numbers.Kind]int {
	var all []map[numbers.Kind]int
	for month := range 6 {
		counts := map[numbers.Kind]int{}
		for i, t := range p.Towns {
			for j, k := range p.Categories[:9] {
				if n := 9 - 2*i - j + (month*month*3+i*5+j*7)%6 - 2; n > 0 && (i*i+j+month)%3 > 0 {
					counts[numbers.Kind{Town: t.Code, Category: k.ID}] = n
				}
			}
		}
		all = append(all, counts)
	}
	return all
}
