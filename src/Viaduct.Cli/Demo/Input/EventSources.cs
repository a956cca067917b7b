namespace Viaduct.Cli.Demo.Input;

/// <summary>Opens inputs.</summary>
internal static class EventSources
{
    /// <summary>Opens the input of a plan from its beginning.</summary>
    /// <param name="plan">The plan.</param>
    public static IEventSource Open(InputPlan plan)
    {
        return new RepeatedSource(plan.Passes, () => OpenOnce(plan));
    }

    private static IEventSource OpenOnce(InputPlan plan)
    {
        return plan.Kind == InputKind.Files ? new FileSource(plan.Files) : new LineSource(plan.Files[0].Path, plan.Kind == InputKind.Csv);
    }
}
