using System.Text.Json;

namespace Viaduct.Supervision;

/// <summary>Reads what a service of a description file may do.</summary>
internal static class ConfinementReader
{
    private static readonly (string Word, Confinement Value)[] s_presets =
        [("none", Confinement.None), ("network", Confinement.Network), ("strict", Confinement.Strict)];

    private static readonly (string Word, DeniedCalls Value)[] s_calls =
    [
        ("processes", DeniedCalls.Processes), ("sockets", DeniedCalls.Sockets), ("unusualSockets", DeniedCalls.UnusualSockets), ("otherProcesses", DeniedCalls.OtherProcesses),
        ("kernel", DeniedCalls.Kernel), ("attributes", DeniedCalls.Attributes), ("ipc", DeniedCalls.Ipc), ("all", DeniedCalls.All),
    ];

    private static readonly (string Word, ConfinementParts Value)[] s_parts =
    [
        ("noNewPrivileges", ConfinementParts.NoNewPrivileges), ("capabilities", ConfinementParts.Capabilities), ("processes", ConfinementParts.Processes),
        ("systemCalls", ConfinementParts.SystemCalls), ("files", ConfinementParts.Files), ("ports", ConfinementParts.Ports), ("scope", ConfinementParts.Scope),
        ("networkNamespace", ConfinementParts.NetworkNamespace), ("ipcNamespace", ConfinementParts.IpcNamespace), ("limits", ConfinementParts.Limits),
    ];

    /// <summary>The confinement of a service; none where nothing is said.</summary>
    /// <param name="service">The service.</param>
    /// <param name="directory">What paths are relative to.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static Confinement Read(ObjectPart service, string directory, List<DescriptionError> errors)
    {
        if (service.Find("confinement") is not { } part)
        {
            return Confinement.None;
        }

        if (part.Kind == JsonValueKind.String)
        {
            return Preset(service, part);
        }

        int wrong = errors.Count;
        ObjectPart given = new(part, DescriptionProperties.Confinement, errors);
        Confinement preset = given.Find("preset") is { } named ? Preset(given, named) : Confinement.None;
        Confinement chosen = preset with
        {
            NoNewPrivileges = given.Flag("noNewPrivileges") ?? preset.NoNewPrivileges,
            DropCapabilities = given.Flag("dropCapabilities") ?? preset.DropCapabilities,
            DeniedCalls = given.Choices("deniedCalls", s_calls)?.Aggregate(DeniedCalls.None, static (all, one) => all | one) ?? preset.DeniedCalls,
            LimitFiles = given.Flag("limitFiles") ?? preset.LimitFiles,
            ConnectPorts = given.Wholes("connectPorts", 0, ushort.MaxValue),
            BindPorts = given.Wholes("bindPorts", 0, ushort.MaxValue),
            OwnNetwork = given.Flag("ownNetwork") ?? preset.OwnNetwork,
            OwnIpc = given.Flag("ownIpc") ?? preset.OwnIpc,
            Memory = given.Size("memory", 1 << 20),
            ProcessorTime = given.Duration("processorTime", TimeSpan.FromSeconds(1), DescriptionReader.Longest),
            OpenFiles = given.Whole("openFiles", 1, int.MaxValue),
            FileSize = given.Size("fileSize", 0),
            Processes = given.Whole("processes", 1, int.MaxValue),
            Required = Required(given),
        };
        foreach (string name in (ReadOnlySpan<string>)["read", "write"])
        {
            if (given.Find(name) is not null && !chosen.LimitFiles)
            {
                given.Report(name, "All files may be reached, so that this has no effect: give \"preset\": \"network\" or \"strict\", or \"limitFiles\": true.");
            }
        }

        if (errors.Count == wrong)
        {
            CheckRequired(given, chosen, errors);
        }

        return chosen.AllowReading(Paths(given, "read", directory)).AllowWriting(Paths(given, "write", directory));
    }

    private static Confinement Preset(ObjectPart owner, JsonPart part)
    {
        int? chosen = owner.ChoiceOf(part, [.. s_presets.Select(static (preset, index) => (preset.Word, index))]);
        return s_presets[chosen ?? 0].Value;
    }

    /// <summary>All of it, some parts by name, or nothing.</summary>
    private static ConfinementParts Required(ObjectPart given) => given.Find("require") switch
    {
        null or { Kind: JsonValueKind.False } => ConfinementParts.None,
        { Kind: JsonValueKind.True } => ConfinementParts.All,
        _ => given.Choices("require", s_parts)?.Aggregate(ConfinementParts.None, static (all, one) => all | one) ?? ConfinementParts.None,
    };

    /// <summary>What is required and not asked for would be missing without a word.</summary>
    private static void CheckRequired(ObjectPart given, Confinement chosen, List<DescriptionError> errors)
    {
        if (chosen.Required == ConfinementParts.All && chosen.Asked == ConfinementParts.None)
        {
            given.Report("require", "Nothing is asked for that could be had: give \"preset\": \"network\" or \"strict\", or the parts themselves.");
        }

        foreach (JsonPart item in given.Find("require")?.Items ?? [])
        {
            ConfinementParts part = Array.Find(s_parts, one => one.Word == item.Text).Value;
            if ((chosen.Asked & part) == 0)
            {
                errors.Add(new DescriptionError(item.Line, item.Path, $"This part is not asked for: give {Asking(part)}."));
            }
        }
    }

    /// <summary>The properties that ask for a part.</summary>
    private static string Asking(ConfinementParts part) => part switch
    {
        ConfinementParts.NoNewPrivileges => "\"noNewPrivileges\": true",
        ConfinementParts.Capabilities => "\"dropCapabilities\": true",
        ConfinementParts.Processes => "\"deniedCalls\" with \"processes\"",
        ConfinementParts.SystemCalls => "\"deniedCalls\" with others than \"processes\"",
        ConfinementParts.Files or ConfinementParts.Scope => "\"limitFiles\": true",
        ConfinementParts.Ports => "\"connectPorts\" or \"bindPorts\"",
        ConfinementParts.NetworkNamespace => "\"ownNetwork\": true",
        ConfinementParts.IpcNamespace => "\"ownIpc\": true",
        _ => "\"memory\", \"processorTime\", \"openFiles\", \"fileSize\" or \"processes\"",
    };

    private static IEnumerable<string> Paths(ObjectPart given, string name, string directory) => given.Texts(name).Select(path => Path.GetFullPath(path, directory));
}
