using Viaduct.Cli.Demo.Input;
using Viaduct.Cli.Demo.Reporting;
using Viaduct.Cli.Demo.Running;
using Viaduct.Cli.Demo.Work;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo;

/// <summary>The demo from its input to its report.</summary>
internal sealed class DemoProgram
{
    private readonly DemoSettings _settings;
    private readonly ProgressLine _progress = new();

    /// <summary>Makes the program.</summary>
    /// <param name="settings">What the user asked for.</param>
    public DemoProgram(DemoSettings settings)
    {
        _settings = settings;
    }

    /// <summary>Does everything.</summary>
    /// <param name="cancellationToken">Ends it early, and leaves nothing behind.</param>
    /// <exception cref="DemoFailedException">A run could not end as it should.</exception>
    public async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        using Workplace workplace = Workplace.Create();
        InputPlan plan = InputPlanner.Make(_settings.Input, _settings.Kind, _settings.Quick, _settings.Passes);
        _progress.Say($"input: {plan.Source}: {Words.Number(plan.Files.Count)} files, {Words.Bytes(plan.Bytes)}, read as {Describe(plan.Kind)}{(plan.Passes > 1 ? $", {plan.Passes} times" : string.Empty)}");

        ReferenceResult reference = await Task.Run(
            () => Reference.Run(plan, (events, bytes) => _progress.Show("reference", events, 0, bytes), cancellationToken), cancellationToken);
        _progress.Say($"reference: {Words.Number(reference.Messages)} events, {Words.Bytes(reference.Bytes)} in {Words.Fixed(reference.Seconds, 1)} s on one thread");
        if (reference.Messages == 0)
        {
            throw new CommandException($"the input {plan.Source} holds no event.");
        }

        List<RunReport> runs = [];
        foreach (Distance distance in _settings.Distances)
        {
            RunReport run = await RunAsync(distance, workplace, plan, reference.Messages, cancellationToken);
            _progress.Say($"{run.Distance}: {Words.Number(run.Messages)} events by {run.Route} in {Words.Fixed(run.Seconds, 1)} s");
            runs.Add(run);
        }

        return DemoReport.Of(plan, reference, runs);
    }

    private async Task<RunReport> RunAsync(
        Distance distance, Workplace workplace, InputPlan plan, long total, CancellationToken cancellationToken)
    {
        if (distance == Distance.Thread)
        {
            ThreadRun threads = new(plan, total, _settings.Workers, _progress);
            return await Task.Run(() => threads.Run(cancellationToken), cancellationToken);
        }

        using Placement placement = distance == Distance.Process ? new OneMachine(workplace) : MakeMachines(workplace);
        return await new ProcessRun(placement, plan, total, _settings.Workers, _progress).RunAsync(cancellationToken);
    }

    private Placement MakeMachines(Workplace workplace)
    {
        if (_settings.Loopback)
        {
            return new LoopbackMachines(workplace, "--loopback was given");
        }

        NetworkSandbox? network = NetworkSandbox.TryCreate(_settings.Workers, out string reason);
        return network is null ? new LoopbackMachines(workplace, reason) : new NamespaceMachines(workplace, network);
    }

    private static string Describe(InputKind kind)
    {
        return kind switch
        {
            InputKind.Lines => "lines of text",
            InputKind.Csv => "rows of CSV without the head",
            _ => "whole files, larger ones in parts of 64 KiB",
        };
    }
}
