namespace Viaduct.Tests.Analyzers;

public sealed class UsedAfterEndTests
{
    [Theory]
    [InlineData("var lease = consumer.ReceiveLease(); lease.Dispose(); Look([|lease|].Value);")]
    [InlineData("var lease = consumer.ReceiveLease(); using (lease) { Look(lease.Value); } Look([|lease|].Value);")]
    [InlineData("Lease<Order> lease; using (lease = await consumer.ReceiveLeaseAsync()) { } Keep([|lease|]);")]
    [InlineData("var lease = consumer.ReceiveLease(); lease.Dispose(); Look([|lease|].Sequence);")]
    [InlineData("var lease = consumer.ReceiveLease(); lease.Dispose(); Look([|lease|].Attempt);")]
    [InlineData("var request = server.Receive(); request.Reply(message); Look([|request|].Value);")]
    [InlineData("var request = server.Receive(); request.Fail(\"no\"); Look([|request|].Value);")]
    [InlineData("if (consumer.TryReceiveLease(out var lease)) { lease.Dispose(); Look([|lease|].Value); }")]
    [InlineData("var lease = consumer.ReceiveLease(); var copy = lease; copy.Dispose(); Look([|lease|].Value);")]
    [InlineData("using var lease = consumer.ReceiveLease(); if (maybe) { lease.Dispose(); } Look([|lease|].Value);")]
    [InlineData("Lease<Order> kept = default; while (Ask()) { var lease = consumer.ReceiveLease(); kept = lease; lease.Dispose(); } Look([|kept|].Value);")]
    [InlineData("var lease = consumer.ReceiveLease(); var kept = lease; if (maybe) { kept = default; } lease.Dispose(); Look([|kept|]);")]
    [InlineData("Loan loan = blobs.Loan(9); loan.Dispose(); Look([|loan|].Length);")]
    [InlineData("Loan<int> loan = await numbers.LoanAsync(token); loan.Dispose(); [|loan|].Value = 3;")]
    [InlineData("Span<byte> span; using (Loan loan = blobs.Loan(9)) { span = loan.Span; } [|span|].Clear();")]
    public Task A_use_after_the_end(string statements) => Code.Statements(statements).Reports("VIA0003");

    [Theory]
    [InlineData("using var lease = consumer.ReceiveLease(); Look(lease.Value);")]
    [InlineData("var lease = consumer.ReceiveLease(); lease.Dispose(); lease.Dispose();")]
    [InlineData("var lease = consumer.ReceiveLease(); lease.Dispose(); lease = consumer.ReceiveLease(); Look(lease.Value); lease.Dispose();")]
    [InlineData("using var request = server.Receive(); request.Reply(request.Value); request.Fail(\"late\"); Look(request.Client);")]
    [InlineData("using var request = server.Receive(); try { request.Reply(message); } catch (MessageTooLargeException) { request.Fail(request.Value.Id.ToString()); }")]
    [InlineData("while (Ask()) { using var lease = consumer.ReceiveLease(); Look(lease.Value); }")]
    [InlineData("while (consumer.TryReceiveLease(out var lease)) { Look(lease.Value); lease.Dispose(); }")]
    [InlineData("var lease = consumer.ReceiveLease(); Order order = lease.Value; lease.Dispose(); Look(order);")]
    [InlineData("using var lease = consumer.ReceiveLease(); if (maybe) { lease.Dispose(); return; } Look(lease.Value);")]
    [InlineData("await foreach (var request in server.ReadAllAsync()) using (request) { Look(request.Value); request.Reply(message); }")]
    [InlineData("Lease<Order> kept = default; for (int i = 0; i < 9; i++) { var lease = consumer.ReceiveLease(); if (i == 0) { kept = lease; } else { lease.Dispose(); } } Look(kept.Value);")]
    [InlineData("var lease = consumer.ReceiveLease(); Lease<Order> kept = default; if (maybe) { kept = lease; } else { lease.Dispose(); } Look(kept);")]
    public Task No_use_after_the_end(string statements) => Code.Statements(statements).Reports("VIA0003");

    [Theory]
    [InlineData("var lease = bytes.ReceiveLease(); var blob = lease.Value; lease.Dispose(); Bytes([|blob|].Span);")]
    [InlineData("var lease = bytes.ReceiveLease(); var span = lease.Value.Span; lease.Dispose(); Bytes([|span|]);")]
    [InlineData("var lease = bytes.ReceiveLease(); var span = lease.Value.Span[1..3]; lease.Dispose(); Bytes([|span|]);")]
    [InlineData("var lease = bytes.ReceiveLease(); var part = lease.Value.Slice(1); lease.Dispose(); Bytes([|part|].Span);")]
    [InlineData("ReadOnlyMemory<byte> blob; using (var lease = bytes.ReceiveLease()) { blob = lease.Value; } Bytes([|blob|].Span);")]
    [InlineData("var lease = bytes.ReceiveLease(); var all = new ReadOnlySequence<byte>(lease.Value); lease.Dispose(); Look([|all|].Length);")]
    [InlineData("var lease = bytes.ReceiveLease(); var span = lease.AsSpan(); lease.Dispose(); Bytes([|span|]);")]
    [InlineData("var lease = bytes.ReceiveLease(); ref readonly long value = ref lease.As<long>(); lease.Dispose(); Look([|value|]);")]
    [InlineData("var lease = bytes.ReceiveLease(); var span = lease.Value.Span; lease.Dispose(); Look(span.Length); Look(span.IsEmpty);")]
    [InlineData("var lease = bytes.ReceiveLease(); byte[] copy = lease.Value.ToArray(); lease.Dispose(); Bytes(copy);")]
    [InlineData("var lease = bytes.ReceiveLease(); byte first = lease.Value.Span[0]; lease.Dispose(); Look(first);")]
    [InlineData("var lease = bytes.ReceiveLease(); int length = lease.Value.Length; lease.Dispose(); Look(length);")]
    public Task Memory_that_belongs_to_a_lease(string statements) => Code.Statements(statements).Reports("VIA0003");

    [Theory]
    [InlineData("public class C { System.ReadOnlyMemory<byte> F(Viaduct.Consumer<System.ReadOnlyMemory<byte>> c) { using var l = c.ReceiveLease(); return [|l.Value|]; } }")]
    [InlineData("public class C { System.ReadOnlySpan<byte> F(Viaduct.Consumer<System.ReadOnlyMemory<byte>> c) { using var l = c.ReceiveLease(); var s = l.Value.Span; return [|s|]; } }")]
    [InlineData("public class C { Viaduct.Lease<int> F(Viaduct.Consumer<int> c) { using var l = c.ReceiveLease(); return [|l|]; } }")]
    [InlineData("public class C { byte[] F(Viaduct.Consumer<System.ReadOnlyMemory<byte>> c) { using var l = c.ReceiveLease(); return l.Value.ToArray(); } }")]
    [InlineData("public class C { int F(Viaduct.Consumer<int> c) { using var l = c.ReceiveLease(); return l.Value; } }")]
    [InlineData("public class C { Viaduct.Lease<int> F(Viaduct.Consumer<int> c) { var l = c.ReceiveLease(); return l; } }")]
    public Task What_leaves_a_using(string file) => Code.File(file).Reports("VIA0003");
}
