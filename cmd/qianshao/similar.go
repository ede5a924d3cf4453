package main

import (
	"encoding/json"
	"fmt"

	"qianshao/triage/match"
	"qianshao/triage/media"
)

type similarCmd struct {
	Files []string `arg:"" name:"file" help:"Pictures to compare with one another."`
}

// pair is a line of the answer. Distance says how many of a hundred parts that show something differ, after one picture was laid on the
// other; 0 for the same bytes.
type pair struct {
	A        string         `json:"a"`
	B        string         `json:"b"`
	Verdict  match.Likeness `json:"verdict"` // same, look
	Distance int            `json:"distance"`
}

// Run compares every picture with every other. A file that cannot be read, or not as a picture, is told and the others go on;
// only one that cannot be read at all makes the command fail, at its end.
func (c similarCmd) Run(e *env) error {
	command, err := child()
	if err != nil {
		return err
	}
	reader := media.New(media.Options{Child: command})
	lines := json.NewEncoder(e.stdout)
	lines.SetEscapeHTML(false)
	var names []string
	var seen []match.Picture
	unread := 0
	for _, name := range c.Files {
		pic, err := readPicture(e.ctx, reader, name)
		if e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		if err != nil {
			fmt.Fprintln(e.stderr, fileError(name, err))
			unread++
			continue
		}
		if pic.Problem != "" {
			fmt.Fprintf(e.stderr, "%s：%s\n", name, reason(pic.Problem))
			continue
		}
		one := match.Picture{SHA256: pic.SHA256, Sketch: pic.Sketch}
		for i, other := range seen {
			if is, d := match.Compare(other, one); is != match.Other {
				if err := lines.Encode(pair{names[i], name, is, d}); err != nil {
					return err
				}
			}
		}
		names, seen = append(names, name), append(seen, one)
	}
	return someUnread(unread)
}
