using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Viaduct.Cli.Demo.Running;

/// <summary>
/// Network namespaces in a star: machine 0 has the address 10.77.0.1, and machine i the address 10.77.i.2 and a virtual cable to it.
/// </summary>
/// <remarks>
/// The namespaces have no names. Each is held by a process (cat) that ends when its standard input does, so with the demo, however it ends; the
/// kernel then removes the namespace with its devices. The cables are made within the namespaces: the machine's own network never sees them. Without
/// root a user namespace gives the right to all that, where the system allows it.
/// </remarks>
internal sealed class NetworkSandbox : IDisposable
{
    /// <summary>How long one of the tools may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly List<Process> _holders = [];

    /// <summary>Whether the right to make namespaces comes from a user namespace.</summary>
    private readonly bool _ownUsers;

    private readonly string _unshare = ToolPath.Find("unshare");
    private readonly string _nsenter = ToolPath.Find("nsenter");
    private readonly string _ip = ToolPath.Find("ip");

    private NetworkSandbox(bool ownUsers)
    {
        _ownUsers = ownUsers;
    }

    /// <summary>How many machines there are.</summary>
    public int Machines => _holders.Count;

    /// <summary>Makes the namespaces, or says why that is not possible.</summary>
    /// <param name="workers">How many machines besides the first.</param>
    /// <param name="reason">Why it is not possible.</param>
    /// <returns>Null where it is not possible.</returns>
    public static NetworkSandbox? TryCreate(int workers, out string reason)
    {
        reason = string.Empty;
        if (!OperatingSystem.IsLinux() || workers > 250)
        {
            reason = workers > 250 ? "more than 250 workers" : "they need Linux";
            return null;
        }

        // A root without the capability, as in some containers, may still be allowed what every user is.
        bool[] ways = Environment.IsPrivilegedProcess ? [false, true] : [true];
        foreach (bool ownUsers in ways)
        {
            NetworkSandbox? network = null;
            try
            {
                network = new NetworkSandbox(ownUsers);
                network.Make(workers);
                return network;
            }
            catch (Exception problem) when (problem is IOException or System.ComponentModel.Win32Exception or TimeoutException)
            {
                network?.Dispose();
                reason = problem.Message;
            }
        }

        return null;
    }

    /// <summary>The address of a machine.</summary>
    /// <param name="machine">0 or the number of a worker.</param>
    public static IPAddress AddressOf(int machine) => new([10, 77, (byte)machine, (byte)(machine == 0 ? 1 : 2)]);

    /// <summary>The command that runs another one on a machine. It does not fork: the process started is the other command's.</summary>
    /// <param name="machine">0 or the number of a worker.</param>
    public IReadOnlyList<string> PrefixOf(int machine)
    {
        string holder = _holders[machine].Id.ToString(CultureInfo.InvariantCulture);
        return _ownUsers
            ? [_nsenter, "--target", holder, "--user", "--preserve-credentials", "--net", "--"]
            : [_nsenter, "--target", holder, "--net", "--"];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Process holder in _holders)
        {
            try
            {
                holder.Kill();
                holder.WaitForExit(s_patience);
            }
            catch (InvalidOperationException)
            {
                // It has ended already.
            }

            holder.Dispose();
        }
    }

    private void Make(int workers)
    {
        for (int machine = 0; machine <= workers; machine++)
        {
            StartHolder();
        }

        StringBuilder hub = new("link set lo up\naddress add 10.77.0.1/32 dev lo\n");
        for (int machine = 1; machine <= workers; machine++)
        {
            hub.Append(CultureInfo.InvariantCulture, $"link add w{machine} type veth peer name eth0 netns {_holders[machine].Id}\n");
            hub.Append(CultureInfo.InvariantCulture, $"address add 10.77.{machine}.1/30 dev w{machine}\nlink set w{machine} up\n");
        }

        Configure(0, hub.ToString());
        for (int machine = 1; machine <= workers; machine++)
        {
            Configure(machine, string.Create(CultureInfo.InvariantCulture, $"""
                link set lo up
                address add 10.77.{machine}.2/30 dev eth0
                link set eth0 up
                route add 10.77.0.1/32 via 10.77.{machine}.1

                """));
        }
    }

    private void StartHolder()
    {
        // Without root the first holder makes the user namespace, and the others make their network namespaces within it.
        IReadOnlyList<string> command = !_ownUsers
            ? [_unshare, "--net", "cat"]
            : _holders.Count == 0
                ? [_unshare, "--user", "--map-root-user", "--net", "cat"]
                : [.. PrefixOf(0), _unshare, "--net", "cat"];
        Process holder = Start(command);
        _holders.Add(holder);

        // What is written comes back once cat runs, in its namespace.
        holder.StandardInput.WriteLine("there");
        holder.StandardInput.Flush();
        Task<string?> answer = holder.StandardOutput.ReadLineAsync();
        if (!answer.Wait(s_patience))
        {
            throw new TimeoutException("unshare did not answer");
        }

        if (answer.Result is null)
        {
            throw new IOException(FirstLineOf(holder.StandardError.ReadToEnd()));
        }
    }

    private void Configure(int machine, string batch)
    {
        using Process ip = Start([.. PrefixOf(machine), _ip, "-batch", "-"]);
        ip.StandardInput.Write(batch);
        ip.StandardInput.Close();
        Task<string> errors = ip.StandardError.ReadToEndAsync();
        if (!ip.WaitForExit(s_patience))
        {
            ip.Kill();
            throw new TimeoutException("ip did not end");
        }

        if (ip.ExitCode != 0)
        {
            throw new IOException(FirstLineOf(errors.Result));
        }
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static string FirstLineOf(string text)
    {
        string line = text.Split('\n')[0].Trim();
        return line.Length == 0 ? "not allowed" : line;
    }
}
