package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// demoMark is a file in the data folder of a demonstration.
const demoMark = "DEMONSTRATION"

// What keeps a demonstration and a real platform out of each other's data folder.
var (
	errRealFolder = errors.New("QIANSHAO_DATA: 这个文件夹里是真的账号和线索，演示的密码人人看得到，不能在这里演示；另用一个文件夹 " +
		"(this folder holds real accounts; the passwords of a demonstration are public, so give it a folder of its own)")
	errDemoFolder = errors.New("QIANSHAO_DATA: 这个文件夹是演示用的，里面账号的密码是公开的，不能收真的线索；另用一个文件夹 " +
		"(this folder belongs to a demonstration, whose passwords are public; use another one)")
)

// keepDemoApart refuses a demonstration on real data, and real work on a demonstration's: its accounts open with a password that everybody can read.
func (a *app) keepDemoApart(ctx context.Context) error {
	mark := filepath.Join(a.cfg.Data, demoMark)
	_, err := os.Stat(mark)
	marked := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for %s: %w", mark, err)
	}
	switch {
	case marked && !a.cfg.Demo:
		return errDemoFolder
	case marked || !a.cfg.Demo:
		return nil
	}
	empty, err := a.accounts.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return errRealFolder
	}
	if err := os.WriteFile(mark, []byte("演示用，账号的密码是公开的。 A demonstration: its passwords are public.\n"), 0o600); err != nil {
		return fmt.Errorf("mark the folder as a demonstration: %w", err)
	}
	return nil
}
