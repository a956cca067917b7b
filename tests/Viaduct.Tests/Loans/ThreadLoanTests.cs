using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

public sealed class ThreadLoanTests() : LoanSuite(DistanceKind.Thread);
