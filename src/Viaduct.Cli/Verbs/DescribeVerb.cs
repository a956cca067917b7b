using System.CommandLine;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct describe</c>: a service's contract, as the running service tells it.</summary>
internal static class DescribeVerb
{
    private const string Description = "Write the contract of a running service: its methods and the types that they reach.";

    private const string Details =
        """
        In types '?' is what may be null, [T] a list, {K:V} a dictionary, (A, B) a tuple, 'stream T' items that follow one
        another, and 'service N' an object that stays where it is. Behind a method 'oneway' says that it has no answer,
        'idempotent' that it may be carried out twice; behind a parameter 'default' that it need not be given, 'ref' that it
        comes back, 'out' that it only does.

        Waits until somebody serves it (--timeout bounds that), and has one that runs on demand started.

          viaduct describe Acme.IClock
          viaduct describe Acme.IClock --json
          viaduct services                             # which services there are on this machine

        Exit codes: 0 done, 1 failed, or --timeout was over, 2 wrong usage, 3 the service was lost.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        CallOptionSet callOptions = new();
        Option<bool> json = new("--json") { Description = "Write JSON: the service with its methods and types." };
        VerbCommand command = new("describe", Description, Details);
        callOptions.AddServiceTo(command);
        command.Add(json);
        callOptions.AddOptionsTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            await callOptions.RunAsync(parsed, "describe", async client =>
            {
                ContractView contract = ContractView.Of(await client.DescribeAsync(interrupt.Token));
                if (parsed.GetValue(json))
                {
                    JsonOutput.Write(contract, CliJson.Default.ContractView);
                }
                else
                {
                    contract.Write(Console.Out);
                }
            });
            return ExitCode.Success;
        });
        return command;
    }
}
