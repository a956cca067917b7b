using System.Text.Json;

namespace Viaduct.Supervision;

/// <summary>Makes a description of what a file says, and tells all that is wrong with it.</summary>
internal sealed class DescriptionReader(string file, List<DescriptionError> errors)
{
    /// <summary>The longest time that a description may name.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly string _directory = Path.GetDirectoryName(file)!;

    /// <summary>The description; only meant where there are no errors.</summary>
    public ServingDescription Read(JsonPart root)
    {
        ObjectPart whole = new(root, DescriptionProperties.File, errors);
        ObjectPart? logs = whole.Find("logs") is { } part ? new ObjectPart(part, DescriptionProperties.Logs, errors) : null;

        // Once for all services, so that what is wrong in it is told once.
        ServedLog usual = new(Path.GetFullPath(logs?.Text("directory") ?? "logs", _directory), logs?.Size("maxSize", 1024) ?? 10_000_000, logs?.Whole("keep", 0, 1000) ?? 5);
        List<ServedSpec> services = [];
        ObjectPart? named = null;
        if (root.Kind == JsonValueKind.Object && whole.Find("services") is not { Members.Count: > 0 })
        {
            whole.Report("services", "There must be an object with a property for each service.");
        }
        else if (whole.Find("services") is { } members)
        {
            named = new ObjectPart(members, [.. members.Members.Select(static member => member.Name)], errors);
            foreach ((string name, JsonPart service) in members.Members)
            {
                if (!IsName(name))
                {
                    named.Report(name, "A service's name has letters, digits, '-', '_' and '.' only, and begins with a letter or digit.");
                }

                ServedSpec spec = ReadService(name, new ObjectPart(service, DescriptionProperties.Service, errors), usual);

                // A name that comes twice is told of by now, and its second service is beside none of the others.
                if (services.TrueForAll(other => other.Name != name))
                {
                    services.Add(spec);
                }
            }

            CheckTogether(services, named);
        }

        string? runtime = whole.Text("runtimeDirectory");
        return new ServingDescription(
            file, whole.Text("domain") ?? "default", runtime is null ? null : Path.GetFullPath(runtime, _directory), named is null ? services : DependencyOrder.Of(services, named.Report));
    }

    /// <param name="name">Its name.</param>
    /// <param name="service">What is said of it.</param>
    /// <param name="usual">The log of one that says nothing of it, but for its name in the directory that stands for its file.</param>
    private ServedSpec ReadService(string name, ObjectPart service, ServedLog usual)
    {
        string? command = service.Text("command");
        if (command is null && service.Find("command") is null && service.Part.Kind == JsonValueKind.Object)
        {
            service.Report("command", "The program must be given.");
        }

        List<ServedOffer> offers = ReadOffers(service);
        bool onDemand = service.Choice("start", ("atOnce", false), ("onDemand", true)) ?? false;
        TimeSpan? idleStop = service.Duration("idleStop", s_moment, Longest);
        ServedSpec spec = new()
        {
            Name = name,
            Command = command is not null && command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command, _directory) : command ?? "",
            Arguments = service.Texts("args"),
            Environment = ReadEnvironment(service),
            WorkingDirectory = Path.GetFullPath(service.Text("workingDirectory") ?? ".", _directory),
            Offers = offers,
            OnDemand = onDemand,
            IdleStop = idleStop,
            StartTimeout = service.Duration("startTimeout", s_moment, s_hour) ?? TimeSpan.FromSeconds(30),
            StopGrace = service.Duration("stopGrace", TimeSpan.Zero, s_hour) ?? TimeSpan.FromSeconds(10),
            Overlap = service.Flag("overlap") ?? true,
            Watchdog = ReadWatchdog(service),
            Confinement = ConfinementReader.Read(service, _directory, errors),
            Log = ReadLog(name, service, usual),
            DependsOn = service.Texts("dependsOn"),
            Text = $"{service.Part} {usual}",
        };
        CheckOffers(service, spec);
        return ReadRestart(service, spec);
    }

    private List<ServedOffer> ReadOffers(ObjectPart service)
    {
        List<ServedOffer> offers = [];
        if (service.Find("offers") is not { } part)
        {
            return offers;
        }

        if (part.Kind != JsonValueKind.Array)
        {
            service.Wrong(part, "an array with the names of services, or objects with service and capacity");
        }

        foreach (JsonPart item in part.Items)
        {
            ObjectPart? full = item.Kind == JsonValueKind.String ? null : new ObjectPart(item, DescriptionProperties.Offer, errors);
            string? offered = full is null ? item.Text : full.Text("service");
            if (string.IsNullOrEmpty(offered))
            {
                errors.Add(new DescriptionError(item.Line, item.Path, "The service's name must be given."));
            }
            else if (offers.Exists(other => other.Service == offered))
            {
                errors.Add(new DescriptionError(item.Line, item.Path, $"'{offered}' is offered twice."));
            }
            else
            {
                offers.Add(new ServedOffer(offered, full?.Whole("capacity", 1, 65536) ?? 256));
            }
        }

        return offers;
    }

    private static void CheckOffers(ObjectPart service, ServedSpec spec)
    {
        if (spec.OnDemand && spec.Offers.Count == 0)
        {
            service.Report("start", "What starts on demand must offer something that can be called: give 'offers'.");
        }

        if (spec.Offers.Count > 0 && spec.Confinement.DeniedCalls.HasFlag(DeniedCalls.Sockets))
        {
            service.Report("confinement", "Without sockets nobody could call what it offers: give \"network\", or an object with \"preset\": \"network\", which can limit its ports.");
        }

        if (spec.Offers.Count > 0 && spec.Environment.ContainsKey("VIADUCT_RUNTIME_DIR"))
        {
            service.Report("environment", "What it offers is looked for in the file's runtime directory: give \"runtimeDirectory\" beside \"services\" instead of VIADUCT_RUNTIME_DIR.");
        }

        if (spec.IdleStop is not null && !spec.OnDemand)
        {
            service.Report("idleStop", "What stops when it is idle must start on demand, or it would never come back: \"start\": \"onDemand\".");
        }

        if (spec.Watchdog is not null && spec.Offers.Count == 0)
        {
            service.Report("watchdog", "Only what offers something can be asked whether it hangs: give 'offers'.");
        }
    }

    private Dictionary<string, string?> ReadEnvironment(ObjectPart service)
    {
        Dictionary<string, string?> environment = new(StringComparer.Ordinal);
        if (service.Find("environment") is { } part)
        {
            if (part.Kind != JsonValueKind.Object)
            {
                service.Wrong(part, "an object with a property for each variable");
            }

            foreach ((string name, JsonPart value) in part.Members)
            {
                if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
                {
                    errors.Add(new DescriptionError(value.Line, value.Path, $"No variable of an environment can be called '{name}': a name is not empty, and has no '='."));
                }
                else if (value.Kind is JsonValueKind.String or JsonValueKind.Null)
                {
                    environment[name] = value.Kind == JsonValueKind.Null ? null : value.Text;
                }
                else
                {
                    service.Wrong(value, "a text, or null to take the variable out");
                }
            }
        }

        return environment;
    }

    private ServedSpec ReadRestart(ObjectPart service, ServedSpec spec)
    {
        (string, RestartKind)[] kinds = [("permanent", RestartKind.Permanent), ("transient", RestartKind.Transient), ("temporary", RestartKind.Temporary)];
        if (service.Find("restart") is not { } part)
        {
            return spec;
        }

        if (part.Kind == JsonValueKind.String)
        {
            return spec with { Restart = service.ChoiceOf(part, kinds) ?? default };
        }

        ObjectPart restart = new(part, DescriptionProperties.Restart, errors);
        int? most = spec.MostRestarts;
        if (restart.Find("most") is { } bound)
        {
            most = bound is { Kind: JsonValueKind.String, Text: "any" } ? null : restart.WholeOf(bound, 0, 1_000_000);
        }

        Backoff backoff = spec.Backoff;
        if (restart.Find("backoff") is { } waits)
        {
            ObjectPart times = new(waits, DescriptionProperties.Backoff, errors);
            TimeSpan initial = times.Duration("initial", TimeSpan.Zero, s_hour) ?? backoff.Initial;
            TimeSpan maximum = times.Duration("maximum", TimeSpan.Zero, Longest) ?? (initial > backoff.Maximum ? initial : backoff.Maximum);
            if (maximum < initial)
            {
                times.Report("maximum", "The longest wait must not be shorter than the first one.");
                maximum = initial;
            }

            backoff = backoff with { Initial = initial, Maximum = maximum };
        }

        return spec with
        {
            Restart = restart.Choice("when", kinds) ?? default,
            MostRestarts = most,
            Within = restart.Duration("within", s_moment, Longest) ?? spec.Within,
            Backoff = backoff,
        };
    }

    private Watchdog? ReadWatchdog(ObjectPart service)
    {
        if (service.Find("watchdog") is not { } part)
        {
            return null;
        }

        if (part.Kind != JsonValueKind.Object)
        {
            return service.DurationOf(part, s_moment, Longest) is { } interval ? new Watchdog { Interval = interval } : null;
        }

        ObjectPart watchdog = new(part, DescriptionProperties.Watchdog, errors);
        Watchdog usual = new();
        return new Watchdog
        {
            Interval = watchdog.Duration("interval", s_moment, Longest) ?? usual.Interval,
            Timeout = watchdog.Duration("timeout", s_moment, Longest) ?? usual.Timeout,
        };
    }

    private ServedLog ReadLog(string name, ObjectPart service, ServedLog usual)
    {
        ObjectPart? own = service.Find("log") is { } part ? new ObjectPart(part, DescriptionProperties.Log, errors) : null;
        return new ServedLog(
            Path.GetFullPath(own?.Text("file") ?? Path.Combine(usual.File, $"{name}.log"), _directory),
            own?.Size("maxSize", 1024) ?? usual.MaxSize,
            own?.Whole("keep", 0, 1000) ?? usual.Keep);
    }

    /// <summary>What one service says may be wrong beside another.</summary>
    private static void CheckTogether(List<ServedSpec> services, ObjectPart named)
    {
        foreach (ServedSpec spec in services)
        {
            ServedSpec? other = services.Find(other => other != spec && (other.OnDemand || spec.OnDemand) && other.Offers.Any(offer => spec.Offers.Any(own => own.Service == offer.Service)));
            if (other is not null && spec.OnDemand)
            {
                named.Report(spec.Name, $"It starts on demand, and '{other.Name}' offers a service of the same name: who would be wanted?");
            }

            if (services.Find(other => other != spec && other.Log.File == spec.Log.File) is { } shared)
            {
                named.Report(spec.Name, $"It has the log of '{shared.Name}', {spec.Log.File}: each needs one of its own.");
            }
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && char.IsAsciiLetterOrDigit(name[0]) && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
