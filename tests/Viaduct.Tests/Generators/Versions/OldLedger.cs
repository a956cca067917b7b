using Viaduct.Messages;

namespace Viaduct.Tests.Generators.Versions;

/// <summary>A message of so many members that its schema takes more than 2000 bytes, as an older program has it.</summary>
[Message(Name = "ledger")]
public sealed record OldLedger(
    int Account001 = 0, int Account002 = 0, int Account003 = 0, int Account004 = 0, int Account005 = 0,
    int Account006 = 0, int Account007 = 0, int Account008 = 0, int Account009 = 0, int Account010 = 0,
    int Account011 = 0, int Account012 = 0, int Account013 = 0, int Account014 = 0, int Account015 = 0,
    int Account016 = 0, int Account017 = 0, int Account018 = 0, int Account019 = 0, int Account020 = 0,
    int Account021 = 0, int Account022 = 0, int Account023 = 0, int Account024 = 0, int Account025 = 0,
    int Account026 = 0, int Account027 = 0, int Account028 = 0, int Account029 = 0, int Account030 = 0,
    int Account031 = 0, int Account032 = 0, int Account033 = 0, int Account034 = 0, int Account035 = 0,
    int Account036 = 0, int Account037 = 0, int Account038 = 0, int Account039 = 0, int Account040 = 0,
    int Account041 = 0, int Account042 = 0, int Account043 = 0, int Account044 = 0, int Account045 = 0,
    int Account046 = 0, int Account047 = 0, int Account048 = 0, int Account049 = 0, int Account050 = 0,
    int Account051 = 0, int Account052 = 0, int Account053 = 0, int Account054 = 0, int Account055 = 0,
    int Account056 = 0, int Account057 = 0, int Account058 = 0, int Account059 = 0, int Account060 = 0,
    int Account061 = 0, int Account062 = 0, int Account063 = 0, int Account064 = 0, int Account065 = 0,
    int Account066 = 0, int Account067 = 0, int Account068 = 0, int Account069 = 0, int Account070 = 0,
    int Account071 = 0, int Account072 = 0, int Account073 = 0, int Account074 = 0, int Account075 = 0,
    int Account076 = 0, int Account077 = 0, int Account078 = 0, int Account079 = 0, int Account080 = 0,
    int Account081 = 0, int Account082 = 0, int Account083 = 0, int Account084 = 0, int Account085 = 0,
    int Account086 = 0, int Account087 = 0, int Account088 = 0, int Account089 = 0, int Account090 = 0,
    int Account091 = 0, int Account092 = 0, int Account093 = 0, int Account094 = 0, int Account095 = 0,
    int Account096 = 0, int Account097 = 0, int Account098 = 0, int Account099 = 0, int Account100 = 0,
    int Account101 = 0, int Account102 = 0, int Account103 = 0, int Account104 = 0, int Account105 = 0,
    int Account106 = 0, int Account107 = 0, int Account108 = 0, int Account109 = 0, int Account110 = 0,
    int Account111 = 0, int Account112 = 0, int Account113 = 0, int Account114 = 0, int Account115 = 0,
    int Account116 = 0, int Account117 = 0, int Account118 = 0, int Account119 = 0, int Account120 = 0,
    int Account121 = 0, int Account122 = 0, int Account123 = 0, int Account124 = 0, int Account125 = 0);
