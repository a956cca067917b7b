using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo.Input;

/// <summary>Finds the input and decides how it becomes events.</summary>
internal static class InputPlanner
{
    /// <summary>Bytes that <c>--quick</c> reads at most, but for the last file.</summary>
    private const long QuickBytes = 32_000_000;

    /// <summary>Bytes at the beginning of a file that decide whether it is text.</summary>
    private const int SampleSize = 4096;

    /// <summary>Makes the plan.</summary>
    /// <param name="input">A file or a folder, null for the installed SDK.</param>
    /// <param name="kind">How it becomes events, null to decide by what it is.</param>
    /// <param name="quick">Whether to take only a part of it.</param>
    /// <param name="passes">How many times all of it is read.</param>
    /// <exception cref="CommandException">There is no such file, or nothing in it.</exception>
    public static InputPlan Make(string? input, InputKind? kind, bool quick, int passes)
    {
        InputPlan plan = input is null ? OfSdk() : OfPath(Path.GetFullPath(input), kind);
        if (plan.Files.Count == 0 || plan.Bytes == 0)
        {
            throw new CommandException($"the input {plan.Source} holds no bytes to read.");
        }

        return (quick ? Thin(plan) : plan) with { Passes = passes };
    }

    /// <summary>Whether bytes from the beginning of a file look like text: no zero byte among them.</summary>
    /// <param name="beginning">The first bytes of the file.</param>
    public static bool IsText(ReadOnlySpan<byte> beginning)
    {
        return !beginning[..Math.Min(beginning.Length, SampleSize)].Contains((byte)0);
    }

    private static InputPlan OfSdk()
    {
        string root = SdkLocation.Find();
        string[] folders = [Path.Combine(root, "sdk"), Path.Combine(root, "packs")];
        return new InputPlan(root, InputKind.Files, List(folders.Where(Directory.Exists), name => name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)));
    }

    private static InputPlan OfPath(string path, InputKind? kind)
    {
        if (Directory.Exists(path))
        {
            return kind is null or InputKind.Files
                ? new InputPlan(path, InputKind.Files, List([path], _ => true))
                : throw new CommandException("--as lines and --as csv read one file; the input is a folder.", ExitCode.Usage);
        }

        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new CommandException($"the input {path} does not exist.", ExitCode.Usage);
        }

        return new InputPlan(path, kind ?? KindOf(path), [new InputFile(path, file.Length)]);
    }

    private static InputKind KindOf(string path)
    {
        if (Path.GetExtension(path).ToUpperInvariant() is ".CSV" or ".TSV")
        {
            return InputKind.Csv;
        }

        byte[] beginning = new byte[SampleSize];
        using FileStream stream = File.OpenRead(path);
        int length = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        return IsText(beginning.AsSpan(0, length)) ? InputKind.Lines : InputKind.Files;
    }

    private static InputFile[] List(IEnumerable<string> folders, Func<string, bool> wanted)
    {
        EnumerationOptions everywhere = new()
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
        };
        return
        [
            .. folders
                .SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", everywhere))
                .Where(file => wanted(file.Name))
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => new InputFile(file.FullName, file.Length)),
        ];
    }

    private static InputPlan Thin(InputPlan plan)
    {
        // Every n-th file, so that a part of the input is as mixed as the whole.
        int step = (int)Math.Clamp((plan.Bytes + QuickBytes - 1) / QuickBytes, 1, plan.Files.Count);
        return plan with
        {
            Source = step == 1 ? plan.Source : $"{plan.Source} (one file of {Words.Number(step)})",
            Files = [.. plan.Files.Where((_, index) => index % step == 0)],
        };
    }
}
