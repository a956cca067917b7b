using System.Globalization;
using CoprocessorServer;
using Viaduct.Supervision;

// One process owns a "device", here a pool of threads with vector instructions; many clients, processes of their own, have it work on their data.
// usage: CoprocessorServer [JOBS]

// In a client before anything else: it ends with the server that started it.
ChildHost.Enter();
if (args is ["client", var directory, var name, var number, var clientJobs, var atOnce])
{
    await Client.RunAsync(directory, name, Read(number), Read(clientJobs), Read(atOnce));
    return 0;
}

return await Server.RunAsync(args is [var jobs] ? Read(jobs) : 1000) ? 0 : 1;

static int Read(string number) => int.Parse(number, CultureInfo.InvariantCulture);
