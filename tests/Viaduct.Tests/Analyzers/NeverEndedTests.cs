namespace Viaduct.Tests.Analyzers;

public sealed class NeverEndedTests
{
    [Theory]
    [InlineData("[|consumer.ReceiveLease()|];")]
    [InlineData("_ = [|consumer.ReceiveLease()|];")]
    [InlineData("[|await consumer.ReceiveLeaseAsync()|];")]
    [InlineData("Look([|consumer.ReceiveLease()|].Value);")]
    [InlineData("var lease = [|consumer.ReceiveLease()|]; Look(lease.Value);")]
    [InlineData("Lease<Order> lease; lease = [|consumer.ReceiveLease(token)|]; Look(lease.Sequence);")]
    [InlineData("var lease = [|await consumer.ReceiveLeaseAsync(token)|]; Order order = lease.Value; Look(order);")]
    [InlineData("var lease = [|await consumer.ReceiveLeaseAsync(token).ConfigureAwait(false)|]; Look(lease.Value);")]
    [InlineData("if (consumer.TryReceiveLease([|out var lease|])) Look(lease.Value);")]
    [InlineData("if (consumer.TryReceiveLease([|out _|])) Look(1);")]
    [InlineData("Lease<Order> lease; while (consumer.TryReceiveLease([|out lease|], TimeSpan.Zero)) Look(lease.Value);")]
    [InlineData("var request = [|server.Receive()|]; Look(request.Value);")]
    [InlineData("if (server.TryReceive([|out Request<Order, Order> request|])) Look(request.Client);")]
    [InlineData("Action act = () => [|consumer.ReceiveLease()|]; act();")]
    [InlineData("var lease = [|new Holder().Take(consumer)|]; Look(lease.Value);")]
    [InlineData("Loan loan = [|blobs.Loan(9)|]; loan.Span.Clear();")]
    [InlineData("var loan = [|await numbers.LoanAsync(token)|]; loan.Value = 3;")]
    [InlineData("if (numbers.TryLoan([|out var loan|])) loan.Value = 3;")]
    [InlineData("[|blobs.BeginMessage(9)|].Advance(9);")]
    public Task Lost(string statements) => Code.Statements(Marked(statements)).Reports("VIA0002");

    [Theory]
    [InlineData("using var lease = consumer.ReceiveLease(); Look(lease.Value);")]
    [InlineData("using (var lease = await consumer.ReceiveLeaseAsync()) Look(lease.Value);")]
    [InlineData("using (consumer.ReceiveLease()) Look(1);")]
    [InlineData("consumer.ReceiveLease().Dispose();")]
    [InlineData("var lease = consumer.ReceiveLease(); try { Look(lease.Value); } finally { lease.Dispose(); }")]
    [InlineData("var lease = consumer.ReceiveLease(); using (lease) { }")]
    [InlineData("var lease = consumer.ReceiveLease(); Keep(lease);")]
    [InlineData("var lease = consumer.ReceiveLease(); _kept.Add(lease);")]
    [InlineData("_lease = consumer.ReceiveLease();")]
    [InlineData("var lease = consumer.ReceiveLease(); _lease = lease;")]
    [InlineData("var lease = consumer.ReceiveLease(); var copy = lease; copy.Dispose();")]
    [InlineData("using var holder = new Holder { Lease = consumer.ReceiveLease() };")]
    [InlineData("var lease = consumer.ReceiveLease(); Keep(() => lease.Dispose());")]
    [InlineData("var lease = consumer.ReceiveLease(); Action end = lease.Dispose; end();")]
    [InlineData("if (consumer.TryReceiveLease(out var lease)) using (lease) Look(lease.Value);")]
    [InlineData("consumer.TryReceiveLease(out _lease);")]
    [InlineData("var request = server.Receive(); request.Reply(message);")]
    [InlineData("server.Receive().Fail(\"no\");")]
    [InlineData("Func<Lease<Order>> get = () => consumer.ReceiveLease(); using var lease = get();")]
    [InlineData("var pair = (consumer.ReceiveLease(), 3); pair.Item1.Dispose();")]
    [InlineData("var task = consumer.ReceiveLeaseAsync(); using var lease = await task;")]
    [InlineData("consumer.Receive(); producer.Send(message);")]
    [InlineData("using Loan loan = blobs.Loan(9);")]
    [InlineData("Loan<int> loan = numbers.Loan(); loan.Value = 3; loan.Send();")]
    [InlineData("if (blobs.TryLoan(9, out var loan) && !loan.TrySend()) loan.Dispose();")]
    public Task Kept(string statements) => Code.Statements(statements).Reports("VIA0002");

    /// <summary>Of an out argument what follows the keyword is reported.</summary>
    private static string Marked(string statements) => statements.Replace("[|out ", "out [|", StringComparison.Ordinal);
}
