package county

import "fmt"

// Problem is one fault of a profile: where it is and how to mend it, in Chinese. A warning does not keep the profile from being used.
type Problem struct {
	File         string
	Line         int // 0 when it is about the file as a whole
	What, Remedy string
	Warning      bool
}

// String is the problem in one line: 文件:行: 什么不对。怎么改。
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Warning {
		return fmt.Sprintf("%s: 提醒：%s。%s。", where, p.What, p.Remedy)
	}
	return fmt.Sprintf("%s: %s。%s。", where, p.What, p.Remedy)
}
