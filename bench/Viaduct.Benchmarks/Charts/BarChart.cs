namespace Viaduct.Benchmarks.Charts;

/// <summary>Horizontal bars on a logarithmic scale, in groups; each bar's name stands before it and its value behind.</summary>
internal sealed record BarChart(string Title, string Note, IReadOnlyList<BarGroup> Groups)
{
    private const int Width = 860;
    private const int Left = 280;
    private const int Right = 740;
    private const int Top = 62;
    private const int BarHeight = 18;
    private const int GroupHead = 26;

    public string Draw()
    {
        int height = Top + Groups.Sum(group => GroupHead + (group.Bars.Count * (BarHeight + 6)) + 28) + 4;
        var svg = new Svg(Width, height, Title);
        svg.Text(16, 24, Title, kind: "title");
        svg.Text(16, 44, Note, kind: "note");
        double y = Top;
        foreach (BarGroup group in Groups)
        {
            y = Draw(svg, group, y);
        }

        return svg.ToString();
    }

    private static double Draw(Svg svg, BarGroup group, double top)
    {
        Axis across = Axis.Decades(group.Bars.Select(bar => bar.Value), Left, Right);
        svg.Text(16, top + 16, group.Name, kind: "title");
        double y = top + GroupHead;
        double bottom = y + (group.Bars.Count * (BarHeight + 6));
        foreach (double tick in across.Ticks)
        {
            svg.Line(across.Place(tick), y - 4, across.Place(tick), bottom, "grid");
            svg.Text(across.Place(tick), bottom + 10, Axis.Label(tick), "middle", "note");
        }

        foreach (Bar bar in group.Bars)
        {
            string kind = bar.Kind switch
            {
                SeriesKind.Limit => "fill-limit",
                SeriesKind.Own => "fill-own",
                _ => "fill-peer",
            };
            double end = across.Place(bar.Value);
            svg.Text(Left - 10, y + 13, bar.Name, "end");
            svg.Bar(Left, y, end - Left, BarHeight, kind);
            svg.Text(end + 6, y + 13, Figures.Significant(bar.Value));
            y += BarHeight + 6;
        }

        return bottom + 28;
    }
}
