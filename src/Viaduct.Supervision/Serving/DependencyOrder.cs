namespace Viaduct.Supervision;

/// <summary>Puts services into an order in which each comes behind those that it depends on, and otherwise as they were given.</summary>
internal static class DependencyOrder
{
    /// <summary>The order; names that are not there and cycles are reported by the service's name.</summary>
    public static IReadOnlyList<ServedSpec> Of(IReadOnlyList<ServedSpec> services, Action<string, string> report)
    {
        Dictionary<string, ServedSpec> byName = [];
        foreach (ServedSpec spec in services)
        {
            byName.TryAdd(spec.Name, spec);
        }

        List<ServedSpec> ordered = [];
        HashSet<string> done = [];
        List<string> path = [];
        foreach (ServedSpec spec in services)
        {
            Visit(spec);
        }

        return ordered;

        void Visit(ServedSpec spec)
        {
            int begun = path.IndexOf(spec.Name);
            if (begun >= 0)
            {
                report(spec.Name, $"It depends on itself: {string.Join(" -> ", path.Skip(begun))} -> {spec.Name}.");
                return;
            }

            if (done.Contains(spec.Name))
            {
                return;
            }

            path.Add(spec.Name);
            foreach (string needed in spec.DependsOn)
            {
                if (byName.TryGetValue(needed, out ServedSpec? other))
                {
                    Visit(other);
                }
                else
                {
                    report(spec.Name, $"It depends on '{needed}', which is not there; there are {string.Join(", ", byName.Keys)}.");
                }
            }

            path.RemoveAt(path.Count - 1);
            if (done.Add(spec.Name))
            {
                ordered.Add(spec);
            }
        }
    }
}
