package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qianshao/config"
	"qianshao/config/county"
)

type countyCmd struct {
	Check  countyCheckCmd  `cmd:"" help:"Check a profile folder: every problem with file, line and remedy. 检查一个县的资料。"`
	Export countyExportCmd `cmd:"" help:"Write the built-in profile into a folder, to be changed there. 导出自带的资料。"`
	Places placesCmd       `cmd:"" help:"Known places with a position. 地名库。"`
}

type countyCheckCmd struct {
	Dir string `arg:"" type:"existingdir" help:"Folder of the profile."`
}

// profileProblems are the errors of a profile that keep it from being used.
type profileProblems []county.Problem

// Error lists the problems, a line each.
func (p profileProblems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

func (c countyCheckCmd) Run(e *env) error {
	if err := checkProfile(e, os.DirFS(c.Dir)); err != nil {
		return err
	}
	p, err := readProfile(c.Dir)
	if err != nil {
		return err
	}
	return printCoverage(e, p)
}

// printCoverage says which rule decides how many of all situations.
func printCoverage(e *env, p *county.Profile) error {
	c := p.Coverage(time.Now())
	var b strings.Builder
	fmt.Fprintf(&b, "规则走了一遍：%d 个类别，%d 个镇，一共 %d 种情况，没有规则管的 %d 种。 Every situation was tried; unrouted: %d.\n",
		len(p.Categories), len(p.Towns), c.Cases, len(c.Unrouted), len(c.Unrouted))
	for _, r := range p.Rules {
		fmt.Fprintf(&b, "  %-24s %6d  %s：%s\n", r.ID, c.Decided[r.ID], p.UnitName(r.Lead), r.Reason)
	}
	_, err := io.WriteString(e.stdout, b.String())
	return err
}

func checkProfile(e *env, dir fs.FS) error {
	var bad profileProblems
	for _, p := range county.Check(dir) {
		if !p.Warning {
			bad = append(bad, p)
			continue
		}
		if _, err := fmt.Fprintln(e.stdout, p); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return bad
	}
	_, err := fmt.Fprintln(e.stdout, "县资料没有错。 The profile can be used.")
	return err
}

type countyExportCmd struct {
	Dir string `arg:"" type:"path" help:"Folder to write; must be empty or missing."`
}

func (c countyExportCmd) Run(e *env) error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look into %s: %w", c.Dir, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s 里已经有东西了，换一个空文件夹 (the folder is not empty)", c.Dir)
	}
	if err := os.MkdirAll(filepath.Dir(c.Dir), 0o750); err != nil {
		return err
	}
	if err := os.CopyFS(c.Dir, county.Files()); err != nil {
		return fmt.Errorf("export the profile: %w", err)
	}
	_, err = fmt.Fprintf(e.stdout, "已导出到 %s。改好以后先用 “qianshao county check %s” 查一遍，再设 QIANSHAO_PROFILE。\n", c.Dir, c.Dir)
	return err
}

// loadProfile opens the profile that the settings name, or the embedded one.
func loadProfile(c *config.Config) (*county.Profile, error) {
	if c.Profile == "" {
		return county.Embedded()
	}
	return readProfile(c.Profile)
}

// profile is that of the folder, or the one in force when there is none.
func (e *env) profile(dir string) (*county.Profile, error) {
	if dir != "" {
		return readProfile(dir)
	}
	c, err := e.load("tool")
	if err != nil {
		return nil, err
	}
	return loadProfile(c)
}

func readProfile(dir string) (*county.Profile, error) {
	p, problems := county.Load(os.DirFS(dir))
	if p == nil {
		var bad profileProblems
		for _, problem := range problems {
			if !problem.Warning {
				bad = append(bad, problem)
			}
		}
		return nil, bad
	}
	return p, nil
}
