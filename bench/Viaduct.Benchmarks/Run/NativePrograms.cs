using System.Diagnostics;

namespace Viaduct.Benchmarks.Run;

/// <summary>Compiles the programs of <c>bench/native</c>, each when it is first asked for.</summary>
internal sealed class NativePrograms
{
    private static readonly TimeSpan s_compileTimeout = TimeSpan.FromMinutes(1);

    /// <summary>The programs' paths, or why there is none.</summary>
    private readonly Dictionary<NativeProgram, (string? Path, string? Problem)> _compiled = [];

    private readonly string _output;

    public NativePrograms(string output)
    {
        _output = output;
    }

    private static string Sources => Path.Combine(AppContext.BaseDirectory, "native");

    /// <summary>The compiled program's path.</summary>
    /// <exception cref="RunnerException">There is no compiler, a library or a program is missing, or the compiler refused it.</exception>
    public string Get(NativeProgram program)
    {
        if (!_compiled.TryGetValue(program, out (string? Path, string? Problem) result))
        {
            try
            {
                result = (Compile(program), null);
            }
            catch (RunnerException error)
            {
                // Asked for again in every group; it would fail in the same way.
                result = (null, error.Message);
            }

            _compiled.Add(program, result);
        }

        return result.Path ?? throw new RunnerException(result.Problem!);
    }

    private string Compile(NativeProgram program)
    {
        string c = Find(Environment.GetEnvironmentVariable("CC"), "cc", "gcc", "clang")
            ?? throw new RunnerException("no C compiler found (cc, gcc or clang on the PATH, or $CC)");
        string compiler = program switch
        {
            { Compiler: { } own } => Find(own) ?? throw Missing(program, own),
            { IsCpp: true } => Find(Environment.GetEnvironmentVariable("CXX"), "c++", "g++", "clang++")
                ?? throw new RunnerException("no C++ compiler found (c++, g++ or clang++ on the PATH, or $CXX)"),
            _ => c,
        };
        if (program.Needs is { } needed && Find(needed) is null)
        {
            throw Missing(program, needed);
        }

        if (program.Launcher is [string launcher, ..] && Find(launcher) is null)
        {
            throw Missing(program, launcher);
        }

        Directory.CreateDirectory(_output);
        List<string> sources = [Path.Combine(Sources, program.Source)];
        if (program.Generator is { } generator)
        {
            string path = Find(generator.Program) ?? throw Missing(program, generator.Program);
            Execute(program, path, ["-o", _output, Path.Combine(Sources, generator.Input)]);
            sources.Add(Path.Combine(_output, generator.Output));
        }

        // Shared by all, and C wherever it is linked into.
        string common = Path.Combine(_output, "common.o");
        if (!File.Exists(common))
        {
            Execute(program, c, ["-O2", "-pthread", "-c", "-o", common, Path.Combine(Sources, "common.c")]);
        }

        string result = Path.Combine(_output, program.Name);
        Execute(program, compiler,
        [
            "-O2", "-pthread", $"-I{Sources}", $"-I{_output}", .. Includes(program),
            "-o", result, .. sources, common, .. program.Libraries.Select(library => "-l" + library),
        ]);
        return result;
    }

    private static IEnumerable<string> Includes(NativeProgram program)
    {
        string? parent = Path.GetDirectoryName(program.IncludePattern);
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, Path.GetFileName(program.IncludePattern)!).Select(directory => "-I" + directory)
            : [];
    }

    private static void Execute(NativeProgram program, string tool, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new RunnerException($"{tool} did not start");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_compileTimeout))
        {
            process.Kill(entireProcessTree: true);
            throw new RunnerException($"{tool} took longer than {s_compileTimeout.TotalSeconds} s for {program.Source}");
        }

        if (process.ExitCode == 0)
        {
            return;
        }

        string text = errors.Result.Trim() + output.Result.Trim();
        if (program.Packages is not null && (text.Contains("No such file", StringComparison.Ordinal)
            || text.Contains("file not found", StringComparison.Ordinal) || text.Contains("cannot find -l", StringComparison.Ordinal)))
        {
            throw Missing(program, "its library");
        }

        throw new RunnerException($"{tool} refused {program.Source}: {text}");
    }

    private static RunnerException Missing(NativeProgram program, string what) =>
        new($"{what} is not on this machine (Debian: apt-get install {program.Packages})");

    private static string? Find(params string?[] names)
    {
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return names
            .Where(name => !string.IsNullOrEmpty(name))
            .SelectMany(name => directories.Select(directory => Path.Combine(directory, name!)))
            .FirstOrDefault(File.Exists);
    }
}
