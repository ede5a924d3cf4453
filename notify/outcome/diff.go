package outcome

import "strings"

// Part is a piece of two texts.
type Part struct {
	Text string
	Kept bool // it stands in both
	Gone bool // it stands in the earlier one only; else, when it is not kept, in the later one only
}

// Diff compares two texts clause by clause: what was taken out, what was put in, what stayed.
func Diff(before, after string) []Part {
	a, b := clauses(before), clauses(after)
	common := make([][]int, len(a)+1) // length of the longest row of clauses that a[i:] and b[j:] share
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var all []Part
	add := func(text string, kept, gone bool) {
		if n := len(all) - 1; n >= 0 && all[n].Kept == kept && all[n].Gone == gone {
			all[n].Text += text
			return
		}
		all = append(all, Part{text, kept, gone})
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(a[i], true, false)
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			add(a[i], false, true)
			i++
		default:
			add(b[j], false, false)
			j++
		}
	}
	return all
}

// clauses cuts a text after its marks.
func clauses(text string) (all []string) {
	for text != "" {
		i := strings.IndexAny(text, "，。；：、\n")
		if i < 0 {
			return append(all, text)
		}
		for _, mark := range []string{"，", "。", "；", "：", "、", "\n"} {
			if strings.HasPrefix(text[i:], mark) {
				i += len(mark)
				break
			}
		}
		all, text = append(all, text[:i]), text[i:]
	}
	return all
}
