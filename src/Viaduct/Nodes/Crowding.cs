using System.Net;
using System.Net.Sockets;

namespace Viaduct.Nodes;

/// <summary>
/// Who goes when too many have connected that have not said who they are: the oldest of the place where most come from, if that is a crowd; else the oldest of all. So a process, or a machine, that
/// only connects shows out its own, and not who comes from elsewhere.
/// </summary>
internal static class Crowding
{
    /// <summary>As many are waited for; when one more comes, one of them goes.</summary>
    public const int MostWaitedFor = 256;

    /// <summary>So many of them from one place are a crowd.</summary>
    public const int Crowd = MostWaitedFor / 8;

    /// <summary>Where a connection comes from: an address; of version 6 the network, since each machine has one of its own.</summary>
    public static object? PlaceOf(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false, IsIPv6LinkLocal: false } ? BitConverter.ToUInt64(address.GetAddressBytes()) : address;

    /// <summary>Who goes.</summary>
    /// <param name="waitedFor">Those that are waited for, the oldest first.</param>
    /// <param name="placeOf">Where one comes from.</param>
    /// <returns>Null where there is none.</returns>
    public static T? Choose<T>(IReadOnlyCollection<T> waitedFor, Func<T, object?> placeOf)
        where T : class
    {
        IGrouping<object?, T>? most = waitedFor.GroupBy(placeOf).MaxBy(static place => place.Count());
        return most?.Count() >= Crowd ? most.First() : waitedFor.FirstOrDefault();
    }
}
