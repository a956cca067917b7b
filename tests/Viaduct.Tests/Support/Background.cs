namespace Viaduct.Tests.Support;

/// <summary>Runs blocking calls on threads of their own, so that the pool stays free and a hang can be waited for with a limit.</summary>
public static class Background
{
    public static Task Run(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static Task<T> Run<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
