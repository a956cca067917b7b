using Viaduct.Supervision;

namespace KeptAlive;

/// <summary>A child that may read one file and no other, and can't be started where the system lacks the means for that.</summary>
internal static class Confined
{
    public static async Task RunAsync()
    {
        string mine = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(mine, "mine");
            Confinement confinement = (Confinement.Strict with { Memory = 512L << 20, ProcessorTime = TimeSpan.FromMinutes(1) })
                .AllowReading(mine)
                .Require(ConfinementParts.Files | ConfinementParts.Processes | ConfinementParts.SystemCalls);

            foreach (string path in new[] { mine, "/etc/passwd" })
            {
                ChildProcessOptions options = ChildProcessOptions.ForThisProgram("peep", path);
                options.Confinement = confinement;
                await using ChildProcess child = ChildProcess.Start(options);
                await child.OutputEnded;
                Console.WriteLine(child.LastOutput[0]);
            }
        }
        finally
        {
            File.Delete(mine);
        }
    }
}
