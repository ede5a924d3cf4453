package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"qianshao/triage/replay"
)

type replayCmd struct {
	In      string `required:"" type:"existingfile" help:"Tips, one JSON object a line."`
	Profile string `type:"existingdir" help:"Folder of the profile; default: the one in force."`
	outFlag
	Score bool `help:"Print how well the answers agree with the gold of the tips, instead of the answers (with --out: besides)."`
}

// Run answers the tips in the order of their arrival and stores nothing. Bad lines are told, and make the command fail at its end; codes that the profile
// does not have are told and left out.
func (c replayCmd) Run(e *env) error {
	p, err := e.profile(c.Profile)
	if err != nil {
		return err
	}
	in, err := os.Open(c.In)
	if err != nil {
		return fileError(c.In, err)
	}
	defer in.Close()
	if err := c.spares(in); err != nil {
		return err
	}
	tips, bad, err := replay.Read(in, c.Score)
	if err != nil {
		return fileError(c.In, err)
	}
	r, err := replay.New(p)
	if err != nil {
		return err
	}
	for _, b := range slices.Concat(bad, r.Unknown(tips)) {
		fmt.Fprintln(e.stderr, b)
	}
	answers := make([]replay.Answer, 0, len(tips))
	for _, t := range tips {
		answers = append(answers, r.Next(t))
	}
	if c.Out != "" || !c.Score {
		if err := c.write(e.stdout, func(out io.Writer) error { return encode(out, answers) }); err != nil {
			return err
		}
	}
	if c.Score {
		if _, err := replay.Compare(tips, answers).WriteTo(e.stdout); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("有 %d 行不对，没有算，改好再试；其余 %d 条算完了", len(bad), len(tips))
	}
	return nil
}

// spares makes sure that the answers are not written over the tips.
func (c replayCmd) spares(in *os.File) error {
	tips, err := in.Stat()
	if err != nil {
		return fileError(c.In, err)
	}
	if out, err := os.Stat(c.Out); err == nil && os.SameFile(tips, out) { // most often there is none yet
		return fmt.Errorf("%s：--out 和 --in 是同一个文件，写下去线索就没了，换一个名字。", c.Out)
	}
	return nil
}

// encode writes the answers line by line.
func encode(out io.Writer, answers []replay.Answer) error {
	b := bufio.NewWriter(out)
	lines := json.NewEncoder(b)
	lines.SetEscapeHTML(false)
	for _, a := range answers {
		if err := lines.Encode(a); err != nil {
			return fmt.Errorf("write the answer to %s: %w", a.ID, err)
		}
	}
	return b.Flush()
}
