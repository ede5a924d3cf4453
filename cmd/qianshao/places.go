package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"qianshao/config/engine/docs"
	"qianshao/triage/datum"
	"qianshao/triage/geocode"
	"qianshao/triage/places"
)

type placesCmd struct {
	Import placesImportCmd `cmd:"" help:"Take places from a CSV table or GeoJSON. 导入村、镇、场所、地标的坐标。"`
	List   placesListCmd   `cmd:"" help:"List the known places. 列出地名库。"`
	Export placesExportCmd `cmd:"" help:"Write the known places as a table or GeoJSON, in WGS-84. 导出地名库。"`
	Remove placesRemoveCmd `cmd:"" help:"End the use of places; they stay on record. 停用地名。"`
	Lookup placesLookupCmd `cmd:"" help:"Ask the map service of the settings for villages without a position. 向地图查没有坐标的村。"`
}

// atTheTerminal is who acts, in the records.
const atTheTerminal = "cli"

// geocoder is the map service of the settings; nil when none is to be asked.
func (a *app) geocoder() places.Geocoder {
	c, ok := geocode.New(geocode.Options{Service: a.cfg.Geocoder, Key: a.cfg.GeocoderKey.Reveal(), Now: a.now})
	if !ok {
		return nil
	}
	return c
}

type placesImportCmd struct {
	File  string `arg:"" type:"existingfile" help:"CSV (UTF-8 or GBK) or GeoJSON."`
	Datum string `enum:"wgs84,gcj02,bd09" default:"wgs84" help:"wgs84 (GPS, Tianditu), gcj02 (AMap, Tencent) or bd09 (Baidu). 坐标是哪一种。"`
	importFlags
}

func (c placesImportCmd) Run(e *env) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return withAccounts(e, func(ctx context.Context, a *app) error {
		f := places.Read(a.profile, filepath.Base(c.File), raw, datum.Named(c.Datum))
		for _, p := range f.Problems {
			fmt.Fprintln(e.stdout, p)
		}
		if len(f.Problems) > 0 && (!c.SkipBad || len(f.Places) == 0) {
			return fmt.Errorf("有 %d 处不对，一条也没有存。改好再导入，或者加 --skip-bad 只存没有错的 %d 条 (nothing was stored)", len(f.Problems), len(f.Places))
		}
		r, err := a.places.Import(ctx, atTheTerminal, f.Places, c.DryRun)
		if err != nil {
			return err
		}
		done := "已导入"
		if c.DryRun {
			done = "试跑，没有存"
		}
		_, err = fmt.Fprintf(e.stdout, "%s：新增 %d，改动 %d，没变 %d，有错 %d 处。\n", done, r.New, r.Changed, r.Same, len(f.Problems))
		return err
	})
}

type placesListCmd struct {
	All bool `help:"Retired ones too. 停用的也列。"`
}

func (c placesListCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		all, err := inForce(ctx, a, c.All)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tKIND\tSOURCE\tTOWN\tVILLAGE\tLON\tLAT\tAREA\tSTATE\tNAME")
		for _, p := range all {
			state, area := "active", "-"
			if p.Retired != nil {
				state = "retired"
			}
			if p.Area != nil {
				area = "yes"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%g\t%g\t%s\t%s\t%s\n", p.ID, p.Kind, p.Source, or(p.Town), or(p.Village), p.At[0], p.At[1], area, state, p.Name)
		}
		return w.Flush()
	})
}

func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func inForce(ctx context.Context, a *app, retired bool) ([]places.Place, error) {
	all, err := a.places.All(ctx)
	if err != nil || retired {
		return all, err
	}
	return slices.DeleteFunc(all, func(p places.Place) bool { return p.Retired != nil }), nil
}

type placesExportCmd struct {
	Format string `enum:"csv,geojson" default:"csv" help:"csv (points only) or geojson."`
	outFlag
}

func (c placesExportCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		all, err := inForce(ctx, a, false)
		if err != nil {
			return err
		}
		return c.write(e.stdout, func(out io.Writer) error {
			if c.Format == "geojson" {
				return places.WriteGeoJSON(out, a.profile.Code, all)
			}
			left, err := places.WriteCSV(out, a.profile.Code, all)
			if err == nil && left > 0 {
				fmt.Fprintf(e.stderr, "有 %d 个面写不进表格，用 --format geojson 导出。\n", left)
			}
			return err
		})
	})
}

type placesRemoveCmd struct {
	ID []string `arg:"" help:"Ids as list shows them."`
}

func (c placesRemoveCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		for _, id := range c.ID {
			p, err := a.places.Remove(ctx, atTheTerminal, id)
			if errors.Is(err, docs.ErrNotFound) {
				return fmt.Errorf("没有编号是 %s 的地方，用 qianshao county places list 看编号 (unknown id)", id)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "%s 已停用。\n", p.Name)
		}
		return nil
	})
}

type placesLookupCmd struct{}

func (placesLookupCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		if a.places.Geocoder == nil {
			return errors.New("没有设地图。先设 QIANSHAO_GEOCODER 和 QIANSHAO_GEOCODER_KEY (no map service is set)")
		}
		learned, missing, err := a.places.AskAll(ctx)
		if err != nil {
			return err
		}
		for _, m := range missing {
			fmt.Fprintf(e.stdout, "没有查到 %s\n", m)
		}
		_, err = fmt.Fprintf(e.stdout, "查到 %d 个村，没查到 %d 个。\n", learned, len(missing))
		return err
	})
}
