using System.Globalization;
using PingPong;

const string Help =
    """
    A client sends "ping" to a server, which answers "pong".

    usage: PingPong thread|process|machine [ROUNDS]

      thread    client and server are threads of this process
      process   the server is another process of this machine
      machine   the server is a process that can be reached by TCP only
      ROUNDS    how often to send; default 10000
    """;

string distance = args.Length > 0 ? args[0] : "";
int rounds = 10_000;
if (distance != "serve" && args.Length > 1 && !(int.TryParse(args[1], CultureInfo.InvariantCulture, out rounds) && rounds > 0))
{
    distance = "";
}

switch (distance)
{
    case "thread":
        Distances.Thread(rounds);
        return 0;
    case "process":
        Distances.Process(rounds);
        return 0;
    case "machine":
        Distances.Machine(rounds);
        return 0;
    case "serve":
        Distances.Serve(args[1], args.Length > 2 ? args[2] : null);
        return 0;
    case "--help" or "-h":
        Console.WriteLine(Help);
        return 0;
    default:
        Console.Error.WriteLine(Help);
        return 2;
}
