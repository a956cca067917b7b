using KeptAlive;
using Viaduct.Supervision;

// In a child before anything else: it ends with its parent, and its own children inherit nothing of that.
ChildHost.Enter();
switch (args)
{
    case ["worker"]:
        Worker.Run();
        break;
    case ["peep", string path]:
        Worker.Peep(path);
        break;
    default:
        await Printers.RunAsync();
        await Standbys.RunAsync();
        await Confined.RunAsync();
        break;
}
