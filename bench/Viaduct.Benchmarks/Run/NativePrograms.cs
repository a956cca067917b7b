using System.Diagnostics;

namespace Viaduct.Benchmarks.Run;

/// <summary>Compiles the C programs of <c>bench/native</c>, each when it is first asked for.</summary>
internal sealed class NativePrograms
{
    private static readonly TimeSpan s_compileTimeout = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, string> _compiled = [];
    private readonly string _output;
    private readonly string? _compiler = FindCompiler();

    public NativePrograms(string output)
    {
        _output = output;
    }

    /// <summary>The compiled program's path.</summary>
    /// <exception cref="RunnerException">There is no C compiler, or it refused the program.</exception>
    public string Get(string name)
    {
        if (_compiled.TryGetValue(name, out string? path))
        {
            return path;
        }

        if (_compiler is null)
        {
            throw new RunnerException("no C compiler found (cc, gcc or clang on the PATH, or $CC)");
        }

        string sources = Path.Combine(AppContext.BaseDirectory, "native");
        path = Path.Combine(Directory.CreateDirectory(_output).FullName, name);
        string[] arguments = ["-O2", "-pthread", "-o", path, Path.Combine(sources, name + ".c"), Path.Combine(sources, "common.c")];
        var start = new ProcessStartInfo(_compiler, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new RunnerException($"{_compiler} did not start");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_compileTimeout))
        {
            process.Kill(entireProcessTree: true);
            throw new RunnerException($"{_compiler} took longer than {s_compileTimeout.TotalSeconds} s for {name}.c");
        }

        if (process.ExitCode != 0)
        {
            throw new RunnerException($"{_compiler} refused {name}.c: {errors.Result.Trim()}");
        }

        _compiled.Add(name, path);
        return path;
    }

    private static string? FindCompiler()
    {
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string?[] names = [Environment.GetEnvironmentVariable("CC"), "cc", "gcc", "clang"];
        return names
            .Where(name => !string.IsNullOrEmpty(name))
            .SelectMany(name => directories.Select(directory => Path.Combine(directory, name!)))
            .FirstOrDefault(File.Exists);
    }
}
